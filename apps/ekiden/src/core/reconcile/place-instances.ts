import { assert, type AgentId, type Millis } from '@ekiden/kernel';
import type { AgentRow, Ask, FrameworkCapability, Offer, TaskLaunch } from '@ekiden/offers';
import {
  isPod,
  topGroupOf,
  usesHostNetwork,
  type AppDefinition,
  type PathId,
} from '../app/index.js';
import {
  isTerminal,
  launchDelayOf,
  taskIdOf,
  type Instance,
  type InstanceTask,
} from '../instance/index.js';
import { taskSpecFor } from '../launch/index.js';
import {
  KnownValues,
  executorOf,
  matchOffers,
  shapeOf,
  surroundingsOf,
  type Demand,
  type Launch,
} from '../matching/index.js';
import { ServiceDirectory } from '../traffic/index.js';
import {
  FAILOVER_TIMEOUT,
  FRAMEWORK_NAME,
  REFUSE_SECONDS,
  type AgentAddresses,
  type TurnContext,
} from '../turn/index.js';
import { hearMaster } from './hear-master.js';

/** Offers come for asks alone; a lost task says that it is lost; hosts with GPUs are for all. */
const CAPABILITIES: readonly FrameworkCapability[] = [
  'ASKS',
  'GPU_RESOURCES',
  'PARTITION_AWARE',
  'REGION_AWARE',
  'RESERVATION_REFINEMENT',
  'TASK_KILLING_STATE',
];

const OFFERS_MIN = 32;

/** Rounds of "ask, be offered, accept" within one turn; what is left goes on in the next. */
const ROUNDS_MAX = 4;

/**
 * Finds places for waiting instances: tells the master what is needed, takes what it offers,
 * launches what fits. Launches become rows of this turn; the host hears of them after the commit.
 * Returns whether more could be placed at once by another turn.
 */
export function placeInstances(context: TurnContext): boolean {
  const { master, settings } = context;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const budget = settings.launchesPerTurn - context.launched.size;
    // Whether anything is left to place shows in the next turn, which looks at it anyway.
    if (budget <= 0) return true;
    const demands = demandsOf(context);
    subscribe(context, demands);
    ask(context, demands);
    master.allocate(offersFor(demands, settings.offersPerTurn));
    const offers = hearMaster(context);
    if (offers.length === 0) return false;
    answer(context, demands, offers, budget);
  }
  return demandsOf(context).length > 0;
}

/**
 * Waiting instances whose backoff is over, by the definition they will start from. Who has waited
 * longest stands first, whatever order the index has them in; an app that was given a place has
 * waited since then, so that a large one leaves some to others (RES-21).
 */
function demandsOf(context: TurnContext): Demand[] {
  const { draft, master } = context;
  const view = {
    instances: draft.instances,
    // One that has registered in this very turn is there for the draft alone.
    agent: (id: AgentId): AgentRow | undefined => master.agent(id),
    isLeft: (id: AgentId) => draft.leaving.has(id),
    knownValues: new KnownValues(() => master.agents()),
  };
  return draft.instances
    .valuesOf('scheduled')
    .filter((id) => !context.state.memory.frozen.has(id as PathId))
    .flatMap((id) => [...waitingByVersion(context, id as PathId).values()])
    .flatMap((waiting): readonly Demand[] => {
      const [first] = waiting;
      const app = first === undefined ? undefined : draft.definitionOf(first);
      // What cannot be run yet is not asked for either (matching says so).
      if (app === undefined || isPod(app)) return [];
      return [
        {
          app,
          waiting: inOrder(waiting),
          surroundings: () => surroundingsOf(view, app),
          placedOn: (agentId) => countOn(context, app, agentId),
        },
      ];
    })
    .map((demand) => ({ demand, since: waitingSince(draft, demand) }))
    .sort((a, b) => a.since - b.since || byWaiting(a.demand.waiting[0], b.demand.waiting[0]))
    .map(({ demand }) => demand);
}

function waitingSince({ served }: TurnContext['draft'], { app, waiting }: Demand): number {
  return Math.max(waiting[0]?.since ?? 0, served.get(app.id) ?? 0);
}

function countOn({ draft }: TurnContext, app: AppDefinition, agentId: AgentId): number {
  const config = app.versionInfo.lastConfigChangeAt;
  return draft.instances
    .by('agent', agentId)
    .filter((each) => each.appId === app.id && each.configVersion === config)
    .filter(({ condition }) => !isTerminal(condition)).length;
}

function waitingByVersion(
  { draft, now }: TurnContext,
  app: PathId,
): ReadonlyMap<Millis, readonly Instance[]> {
  const versions = new Map<Millis, Instance[]>();
  const delayed = new Map<string, boolean>();
  for (const instance of draft.instances.by('scheduled', app)) {
    if (instance.goal !== 'Running') continue;
    const { appVersion, configVersion, backsOff = false } = instance;
    const alike = `${configVersion} ${backsOff}`;
    let isDelayed = delayed.get(alike);
    if (isDelayed === undefined) {
      const delay = launchDelayOf(draft, instance, draft.definitionOf(instance));
      isDelayed = delay !== undefined && delay.until > now;
      delayed.set(alike, isDelayed);
    }
    if (isDelayed) continue;
    const siblings = versions.get(appVersion);
    if (siblings === undefined) versions.set(appVersion, [instance]);
    else siblings.push(instance);
  }
  return versions;
}

/** Longest waiting first. They mostly stand so already: the index keeps the order they came in. */
function inOrder(waiting: readonly Instance[]): readonly Instance[] {
  const sorted = waiting.every((each, at) => at === 0 || byWaiting(waiting[at - 1], each) < 0);
  return sorted ? waiting : [...waiting].sort(byWaiting);
}

function byWaiting(a: Instance | undefined, b: Instance | undefined): number {
  if (a === undefined || b === undefined) return 0;
  if (a.since !== b.since) return a.since - b.since;
  return a.id < b.id ? -1 : 1;
}

/** Enough hosts to choose among, not every host of the cluster for one instance. */
function offersFor(demands: readonly Demand[], most: number): number {
  const waiting = demands.reduce((sum, demand) => sum + demand.waiting.length, 0);
  return Math.min(most, Math.max(OFFERS_MIN, waiting * 2));
}

/**
 * Connects our framework at the beginning of a term: what hosts report before that would reach the
 * master alone.
 */
export function connect(context: TurnContext): void {
  const { draft, settings, state } = context;
  if (draft.roles.size > 0) return;
  const { masterName: master } = settings;
  const isKnown = state.master.state.frameworks.get(state.frameworkId) !== undefined;
  if (isKnown) {
    draft.events.push({ type: 'scheduler_disconnected_event' });
    draft.events.push({ type: 'scheduler_reregistered_event', master });
  } else {
    const { frameworkId } = state;
    draft.events.push({ type: 'scheduler_registered_event', frameworkId, master });
  }
  subscribe(context, []);
}

/** The master offers for subscribed roles only; apps bring theirs along. */
function subscribe(context: TurnContext, demands: readonly Demand[]): void {
  const { draft, master, settings, state } = context;
  const wanted = new Set([settings.apps.defaultRole, ...demands.map(({ app }) => app.role)]);
  const missing = [...wanted].filter((role) => !draft.roles.has(role));
  if (missing.length === 0) return;
  const isConnected = draft.roles.size > 0;
  for (const role of missing) draft.roles.add(role);
  const wish = { roles: [...draft.roles].sort(), capabilities: CAPABILITIES };
  const answered = isConnected
    ? master.call(state.frameworkId, { kind: 'updateFramework', update: wish })
    : master.subscribe({
        id: state.frameworkId,
        name: FRAMEWORK_NAME,
        failoverTimeout: FAILOVER_TIMEOUT,
        ...wish,
      });
  assert(answered.ok, `the master refused our subscription: ${JSON.stringify(answered)}`);
}

function ask(context: TurnContext, demands: readonly Demand[]): void {
  const asks = demands.map(({ app, waiting }): Ask => ({
    id: `${app.id}@${app.version}`,
    role: app.role,
    shape: shapeOf(app),
    count: waiting.length,
  }));
  const answered = context.master.call(context.state.frameworkId, { kind: 'ask', asks });
  assert(answered.ok, `the master refused our asks: ${JSON.stringify(answered)}`);
}

/** Accepts what instances are launched on, declines the rest. */
function answer(
  context: TurnContext,
  demands: readonly Demand[],
  offers: readonly Offer[],
  budget: number,
): void {
  const { master, state, chance } = context;
  const { launchesPerOffer } = context.settings;
  const options = { chance, launchesMax: budget, launchesPerOffer };
  const outcome = matchOffers(demands, offers, options);
  const services = new ServiceDirectory(context.draft);
  context.offers.incoming += offers.length;
  context.offers.declined += outcome.unused.length;
  const byOffer = new Map<Offer, TaskLaunch[]>();
  for (const launch of outcome.launches) {
    const task = provision(context, launch, services);
    const tasks = byOffer.get(launch.offer);
    if (tasks === undefined) byOffer.set(launch.offer, [task]);
    else tasks.push(task);
  }
  for (const id of new Set(outcome.launches.map(({ app }) => app.id))) {
    context.draft.served.put(id, context.now);
  }
  for (const [offer, launches] of byOffer) {
    const accepted = master.call(state.frameworkId, {
      kind: 'accept',
      offerIds: [offer.id],
      launches,
      filters: { refuseSeconds: 0 },
    });
    assert(accepted.ok, `the master refused an accept: ${JSON.stringify(accepted)}`);
  }
  if (outcome.unused.length > 0) {
    const wanted = outcome.launches.length < demands.reduce((n, d) => n + d.waiting.length, 0);
    master.call(state.frameworkId, {
      kind: 'decline',
      offerIds: outcome.unused,
      // Not wanted by anybody: free at once for the next wish. Refused: away for a while.
      filters: { refuseSeconds: wanted && budget > outcome.launches.length ? REFUSE_SECONDS : 0 },
    });
  }
}

/** The instance gets its task: Provisioned, committed before the host hears of it. */
function provision(context: TurnContext, launch: Launch, services: ServiceDirectory): TaskLaunch {
  const { draft, now, state } = context;
  const { app, instance, offer, match } = launch;
  const incarnation = instance.incarnation + 1;
  const hostPorts = match.hostPorts.flatMap((port) => port ?? []);
  const addresses = draft.addresses.get(offer.agentId);
  const reached = servicesAt(app, addresses);
  const task: InstanceTask = {
    id: taskIdOf(instance.id, incarnation),
    agentId: offer.agentId,
    host: offer.hostname,
    ...(addresses === undefined ? {} : { hostAddress: addresses.hostPorts }),
    ...(reached === undefined ? {} : { servicesAt: reached }),
    hostPorts,
    ipAddresses: [],
    state: 'TASK_STAGING',
    stagedAt: now,
  };
  draft.putInstance({
    ...instance,
    incarnation,
    condition: 'Provisioned',
    since: now,
    task,
  });
  const spec = taskSpecFor({
    app,
    taskId: task.id,
    epoch: state.epoch,
    host: offer.hostname,
    hostPorts: match.hostPorts,
    envVarsPrefix: context.settings.envVarsPrefix,
    enforceRole: context.draft.groups.get(topGroupOf(app.id))?.enforceRole ?? false,
    serviceVariables: services.variablesOf(app, reached).variables,
    chance: context.chance,
  });
  context.launched.add(task.id);
  return { taskId: task.id, name: app.id, resources: match.resources, info: spec };
}

/** A container in the host's network sees what processes there see. */
function servicesAt(app: AppDefinition, addresses: AgentAddresses | undefined): string | undefined {
  const inContainer = executorOf(app) === 'docker' && !usesHostNetwork(app.networks);
  return inContainer ? addresses?.servicesFromContainers : addresses?.servicesFromHost;
}
