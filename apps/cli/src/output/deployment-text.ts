import type {
  Action,
  Deployment,
  DeploymentDetails,
  Placement,
  Plan,
  PlannedRollout,
  QueueItem,
  Rollout,
} from '../client/index.js';
import { facts, table, type Column } from './table.js';
import { shortList } from './short-list.js';

/** `start /shop/web`; unknown actions keep their name. */
function actionText({ action, app, pod }: Action): string {
  const verb = action.replace(/(?:Application|Pod)$/, '').toLowerCase();
  return `${verb} ${app ?? pod ?? ''}`.trimEnd();
}

/**
 * The steps of a plan, one numbered line per action with where its instances would go, and how apps
 * with a rollout are changed. `every`: all agents by name, not the first few.
 */
export function planText(
  { steps, rollouts = [], placements = [], placementsLeftOut = 0 }: Plan,
  { every = false }: { readonly every?: boolean } = {},
): string {
  if (steps.length === 0) return 'The plan has no steps: nothing that runs has to change.';
  const width = String(steps.length).length;
  const places = new Map(placements.map((one) => [`${one.step} ${one.id}`, one]));
  const lines = steps.flatMap(({ actions }, at) =>
    actions.map((action, nth) => {
      const number = nth === 0 ? String(at + 1).padStart(width) : ' '.repeat(width);
      const place = places.get(`${at + 1} ${action.app ?? action.pod ?? ''}`);
      const where = place === undefined ? '' : `: ${placementText(place, every)}`;
      return `  ${number}  ${actionText(action)}${where}`;
    }),
  );
  const title = `The plan has ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}:`;
  const rest =
    placementsLeftOut === 0
      ? []
      : [`  Places were not looked for of ${placementsLeftOut} more: the plan is too large.`];
  return [title, ...lines, ...rest, ...rollouts.flatMap(rolloutLines)].join('\n');
}

/** `3 start, on node-1 (2), node-2`; `6 start, 4 of 6 fit; short 1.5 cpus on 2 agents`. */
function placementText({ starts, agents, missing }: Placement, every: boolean): string {
  const names = agents.map(({ host, instances }) =>
    instances > 1 ? `${host} (${instances})` : host,
  );
  const on = names.length === 0 ? '' : `, on ${every ? names.join(', ') : shortList(names)}`;
  return `${starts} ${starts === 1 ? 'starts' : 'start'}${on}${missing === undefined ? '' : `, ${missing}`}`;
}

function rolloutLines(rollout: PlannedRollout): string[] {
  const { scope, strategy, twins, replaced, inPlace, missing } = rollout;
  const wait =
    missing === undefined ? [] : [`  ${strategy} of ${scope} would wait for room: ${missing}`];
  return [...waysOf({ scope, strategy, twins, replaced, inPlace }), ...wait];
}

function waysOf({ scope, strategy, twins, replaced, inPlace }: PlannedRollout): string[] {
  const lines = [
    ['side by side', twins],
    ['once promoted', replaced],
    ['in place', inPlace],
  ] as const;
  return lines.flatMap(([how, ids]) =>
    ids.length === 0 ? [] : [`  ${strategy} of ${scope}, ${how}: ${ids.join(', ')}`],
  );
}

export function deploymentTable(deployments: readonly Deployment[]): string {
  const columns: readonly Column[] = ['ID', 'STEP', 'NOW', 'AFFECTS'];
  const rows = deployments.map((one) => [
    one.id,
    `${one.currentStep}/${one.totalSteps}`,
    shortList(one.currentActions.map(actionText)),
    shortList([...one.affectedApps, ...one.affectedPods]),
  ]);
  return table(columns, rows, 'Nothing is being deployed.');
}

export function deploymentFacts(one: DeploymentDetails): string {
  const waits = (one.waitingOn ?? []).map(({ message, until }) =>
    until === undefined ? message : `${message} (until ${until})`,
  );
  const steps = one.steps.map(({ actions }, at) => {
    return `${markOf(one, at + 1).padEnd(5)} ${String(at + 1)}  ${actions.map(actionText).join(', ')}`;
  });
  const previews = (one.rollouts ?? []).flatMap(previewsOf);
  return facts([
    ['deployment', one.id],
    ['version', one.version],
    ...known('state', one.state),
    ['step', `${one.currentStep} of ${one.totalSteps}`],
    ['plan', steps.join('\n')],
    ...known('waits', waits.length === 0 ? undefined : waits.join('\n')),
    ...known('previews', previews.length === 0 ? undefined : previews.join('\n')),
    ...known('stalls', one.stallsAt),
    ...known('began', one.startedAt),
    ...known('ended', one.finishedAt),
    ...known('reason', one.reason),
    ...known('undoes', one.undoes),
    ...known('undone by', one.undoneBy),
    ...known('warnings', one.warnings?.length ? one.warnings.join('\n') : undefined),
  ]);
}

function markOf({ currentStep, finishedAt, state }: DeploymentDetails, step: number): string {
  if (step !== currentStep) return step < currentStep ? 'done' : '';
  if (finishedAt === undefined) return 'now';
  return state === 'succeeded' || state === 'holding' ? 'done' : 'ended';
}

const SWITCHED: readonly Rollout['phase'][] = [
  'promoted',
  'holding',
  'retiring',
  'stopping',
  'over',
];

/** Whether the new version is the live one. */
export function isSwitched({ phase }: Rollout): boolean {
  return SWITCHED.includes(phase);
}

/** Where a version answers that is not live yet. */
export function previewsOf(rollout: Rollout): readonly string[] {
  if (isSwitched(rollout)) return [];
  return (rollout.previews ?? []).map(
    ({ app, host, port }) => `${app} ${host ?? '127.0.0.1'}:${port}`,
  );
}

function known(name: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[name, value]];
}

/** Those that have ended, latest first. */
export function historyTable(deployments: readonly DeploymentDetails[]): string {
  const columns: readonly Column[] = ['ID', 'ENDED', 'STATE', 'AFFECTS', 'REASON'];
  const rows = deployments.map((one) => [
    one.id,
    one.finishedAt ?? '-',
    one.undoneBy === undefined ? (one.state ?? '-') : `${one.state ?? ''}, undone`,
    shortList([...one.affectedApps, ...one.affectedPods]),
    one.reason ?? '-',
  ]);
  return table(columns, rows, 'Nothing has been deployed yet.');
}

export function queueTable(items: readonly QueueItem[]): string {
  const columns: readonly Column[] = [
    'ID',
    { title: 'WAITING', right: true },
    'SINCE',
    'NEXT TRY',
    'WHY',
  ];
  const rows = items.map((item) => [
    item.app?.id ?? item.pod?.id ?? '',
    String(item.count),
    item.since,
    item.delay.timeLeftSeconds > 0 ? `in ${item.delay.timeLeftSeconds} s` : 'any offer',
    queueReasons(item).join('; ') || '-',
  ]);
  return table(columns, rows, 'Nothing waits.');
}

/** The sentences of our own service, else what Marathon counted. */
export function queueReasons(item: QueueItem): readonly string[] {
  if (item.reasons !== undefined && item.reasons.length > 0) return item.reasons;
  const counted = item.processedOffersSummary?.rejectSummaryLastOffers ?? [];
  return counted
    .filter(({ declined }) => declined > 0)
    .map(({ reason, declined }) => {
      const offers = declined === 1 ? '1 offer' : `${declined} offers`;
      return `${REASONS[reason] ?? reason} (${offers})`;
    });
}

/** Marathon's words for why offers are not used (marathon-api 5.12). */
const REASONS: Readonly<Record<string, string>> = {
  UnfulfilledRole: 'of another role',
  UnfulfilledConstraint: 'against a constraint',
  NoCorrespondingReservationFound: 'not reserved for it',
  AgentMaintenance: 'host in maintenance',
  InsufficientCpus: 'too few cpus',
  InsufficientMemory: 'too little memory',
  InsufficientDisk: 'too little disk',
  InsufficientGpus: 'too few gpus',
  InsufficientPorts: 'ports taken',
  DeclinedScarceResources: 'kept for those who need gpus',
};
