import { isDeepStrictEqual } from 'node:util';
import { Failure, Refusal, pathOf, type Step } from '../client/index.js';
import { changeOf, type ImportReport, type ImportedPod } from '../importer/index.js';
import {
  findGroup,
  rootUpdate,
  withoutRuntime,
  type Document,
  type PresentGroup,
} from '../tree/index.js';
import { deploy, type Call } from './call.js';
import { askForPlan } from './plan.js';

/** What an import would do to a service, or why it would not. */
export interface ImportPlan {
  /** The one write of all apps and groups. */
  readonly body: Document;
  /** Those that are not there as they should be. */
  readonly pods: readonly Document[];
  readonly steps: readonly Step[];
  /** Nothing has to be written. */
  readonly settled: boolean;
}

/** Asks the service; throws its `Refusal` with the places named by ids. */
export async function planImport(
  call: Pick<Call, 'client'>,
  report: ImportReport,
  present: PresentGroup,
): Promise<ImportPlan> {
  const { change, pods } = changeOf(report);
  const body = rootUpdate(present, change);
  if (pods.length > 0 && (await call.client.find('/v2/pods')) === undefined) {
    throw new Failure(`the service at ${call.client.address.shown} takes no pods`, [
      'leave them out with --except',
    ]);
  }
  try {
    const { steps } = await askForPlan(call, '/v2/groups', body);
    const fieldsAreSet = [...(change.groups ?? [])].every(([id, fields]) =>
      hasFields(findGroup(present, id), fields),
    );
    const settled = steps.length === 0 && fieldsAreSet;
    return { body, pods: await missing(call, pods), steps, settled };
  } catch (error) {
    throw error instanceof Refusal ? named(error, body) : error;
  }
}

/** One write for apps and groups, then each pod. What is as it should be is not written again. */
export async function applyImport(call: Call, plan: ImportPlan): Promise<number> {
  let worst = 0;
  if (plan.settled && plan.pods.length === 0) {
    call.terminal.note('Everything is there already: nothing was changed.');
    return worst;
  }
  if (!plan.settled) {
    const request = { method: 'PUT', path: '/v2/groups', body: plan.body } as const;
    worst = await deploy(call, request, 'importing');
  }
  for (const pod of plan.pods) worst = Math.max(worst, await applyPod(call, pod));
  return worst;
}

async function missing(
  { client }: Pick<Call, 'client'>,
  pods: readonly ImportedPod[],
): Promise<readonly Document[]> {
  const there = await Promise.all(
    pods.map(({ definition }) =>
      client.find<Document>(pathOf('/v2/pods', String(definition['id']))),
    ),
  );
  return pods
    .filter(({ shown }, at) => !isDeepStrictEqual(withoutRuntime(there[at] ?? {}), shown))
    .map(({ definition }) => definition);
}

async function applyPod(call: Call, pod: Document): Promise<number> {
  const id = String(pod['id']);
  return deploy(
    call,
    { method: 'PUT', path: pathOf('/v2/pods', id), body: pod },
    `importing ${id}`,
  );
}

function hasFields(group: PresentGroup | undefined, fields: Document): boolean {
  const there = (group ?? {}) as Document;
  const sorted = (value: unknown): string =>
    JSON.stringify(Array.isArray(value) ? [...(value as readonly unknown[])].sort() : value);
  return Object.entries(fields).every(([name, value]) => sorted(there[name]) === sorted(value));
}

/** `/groups(0)/apps(1)/role` says little to a person: the id of what stands there instead. */
function named(refusal: Refusal, body: Document): Refusal {
  const { message, deployments } = (refusal.body ?? {}) as Document;
  return new Refusal(refusal.status, {
    message,
    ...(deployments === undefined ? {} : { deployments }),
    details: refusal.details.map(({ path, errors }) => ({ path: namedPath(path, body), errors })),
  });
}

function namedPath(path: string, body: Document): string {
  let at: unknown = body;
  let rest = path;
  for (;;) {
    const match = /^\/(groups|apps)\((\d+)\)/.exec(rest);
    const [whole = '', list = '', index = ''] = match ?? [];
    const members = (at as Document)[list];
    const next: unknown = Array.isArray(members) ? members[Number(index)] : undefined;
    if (match === null || typeof next !== 'object' || next === null) break;
    at = next;
    rest = rest.slice(whole.length);
  }
  const { id } = at as Document;
  return at === body ? path : `${String(id)} ${rest === '' ? '/' : rest}`;
}
