import { SeededChance, type AgentId, type Millis } from '@ekiden/kernel';
import { type AgentRow, type Attribute, type Resource, type Resources } from '@ekiden/offers';
import type { AppDefinition, PathId } from '../app/index.js';
import { isTerminal, launchDelayId, type Instance } from '../instance/index.js';
import type { StateView } from '../turn/index.js';
import { brokenConstraint, type Place } from './constraints.js';
import { freeOn } from './free-resources.js';
import { matchInstance } from './match-instance.js';
import type { OfferedValue, QueueEntry, QueuedAgent, RefusalReason } from './queue-entry.js';
import { reasonOf, sentenceOf, type Refusal } from './refusal.js';

/** Agents shown one by one per app; the counts are over all of them. */
const AGENTS_SHOWN = 100;

/**
 * Every app with instances that wait for a place, and why each agent does not take one more: the
 * same matching rules that place instances, asked of the committed state.
 */
export function explainQueue(state: StateView, now: Millis): readonly QueueEntry[] {
  const waiting = new Map<PathId, readonly Instance[]>();
  for (const app of state.instances.valuesOf('scheduled')) {
    const wanted = state.instances.by('scheduled', app).filter(({ goal }) => goal === 'Running');
    if (wanted.length > 0) waiting.set(app as PathId, wanted);
  }
  const hosts = [...state.master.state.agents.values()].map((row) => ({
    row,
    free: freeOn(state.master.state, row),
  }));
  return [...waiting].flatMap(([id, instances]) => {
    const app = state.root.apps.get(id);
    return app === undefined ? [] : [entryFor({ state, hosts, now }, app, instances)];
  });
}

interface Inquiry {
  readonly state: StateView;
  readonly hosts: readonly { readonly row: AgentRow; readonly free: Resources }[];
  readonly now: Millis;
}

function entryFor(
  { state, hosts, now }: Inquiry,
  app: AppDefinition,
  waiting: readonly Instance[],
): QueueEntry {
  const delay = state.launchDelays.get(launchDelayId(app.id, app.versionInfo.lastConfigChangeAt));
  const left = Math.max(0, (delay?.until ?? 0) - now);
  const { agents } = state.master.state;
  const others = placesOf({ instances: state.instances, agent: (id) => agents.get(id) }, app);
  const judged = hosts.map((host) => judge(app, host, others, now));
  const counts: Partial<Record<RefusalReason, number>> = {};
  for (const { refusal } of judged) {
    if (refusal === undefined) continue;
    const reason = reasonOf(refusal);
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  const unused = judged.filter((j) => j.refusal !== undefined).length;
  const lastFailure = state.taskFailures.get(app.id);
  return {
    app,
    ...(lastFailure === undefined ? {} : { lastFailure }),
    count: waiting.length,
    since: Math.min(...waiting.map((i) => i.since)) as Millis,
    delay: {
      timeLeftSeconds: Math.ceil(left / 1000),
      overdue: delay === undefined || delay.until + 1000 < now,
    },
    processedOffers: judged.length,
    unusedOffers: unused,
    ...(unused > 0 ? { lastUnusedOfferAt: now } : {}),
    lastOffers: judged.length,
    lastRefusals: counts,
    attemptRefusals: counts,
    reasons: reasonsOf(state, app, left),
    agents: judged.slice(0, AGENTS_SHOWN).map((j) => j.agent),
  };
}

function reasonsOf(state: StateView, app: AppDefinition, delayLeft: number): string[] {
  const reasons: string[] = [];
  const frozen = state.frozen.get(app.id);
  if (frozen !== undefined) reasons.push(`set aside after an internal fault: ${frozen}`);
  const failure = state.taskFailures.get(app.id);
  if (delayLeft > 0) {
    const after = failure === undefined ? 'a failure' : `a failure (${failure.message})`;
    reasons.push(`launch delayed for ${Math.ceil(delayLeft / 1000)} s more after ${after}`);
  } else if (failure !== undefined && failure.version >= app.versionInfo.lastConfigChangeAt) {
    reasons.push(`the last task failed: ${failure.message}`);
  }
  if (state.master.state.agents.size === 0) reasons.push('no agent has registered yet');
  return reasons;
}

interface Judged {
  readonly agent: QueuedAgent;
  readonly refusal: Refusal | undefined;
}

function judge(
  app: AppDefinition,
  { row, free }: Inquiry['hosts'][number],
  others: readonly Place[],
  now: Millis,
): Judged {
  const refusals = refusalsOf(app, row, free, others);
  return {
    refusal: refusals[0],
    agent: {
      agentId: row.id,
      hostname: row.hostname,
      // Not a past offer: what the agent would offer now, asked the same questions.
      offerId: `${row.id}-now`,
      offeredAt: now,
      refusals: refusals.map(reasonOf),
      sentences: refusals.map(sentenceOf),
      resources: free.map(offeredResource),
      attributes: row.attributes.map(offeredAttribute),
    },
  };
}

/** All refusals of an agent, not only the first: every scalar that is short, every constraint. */
function refusalsOf(
  app: AppDefinition,
  row: AgentRow,
  free: Resources,
  others: readonly Place[],
): readonly Refusal[] {
  if (!row.activated || !row.reachable || !row.registered) return [{ by: 'agentInactive' }];
  const found: Refusal[] = [];
  // Relax one wish after the other, so that each refusal comes to light.
  let relaxed = app;
  for (let round = 0; round < 8; round += 1) {
    const match = matchInstance({
      app: relaxed,
      place: row,
      free,
      others: () => others,
      chance: new SeededChance(1),
    });
    if (match.ok) break;
    found.push(match.error);
    const next = relax(relaxed, match.error, row, others);
    if (next === undefined) break;
    relaxed = next;
  }
  return found;
}

function relax(
  app: AppDefinition,
  refusal: Refusal,
  place: Place,
  others: readonly Place[],
): AppDefinition | undefined {
  switch (refusal.by) {
    case 'cpus':
    case 'mem':
    case 'disk':
    case 'gpus':
      return { ...app, [refusal.by]: 0 };
    case 'constraint': {
      const kept = app.constraints.filter(
        (c) => brokenConstraint([c], place, others, app.instances) === undefined,
      );
      return { ...app, constraints: kept };
    }
    case 'role':
    case 'executor':
    case 'agentInactive':
    case 'ports':
      return undefined;
  }
}

/** Where the app's placed instances of the present configuration are. */
export function placesOf(
  state: Pick<StateView, 'instances'> & { readonly agent: (id: AgentId) => Place | undefined },
  app: AppDefinition,
): Place[] {
  const places: Place[] = [];
  for (const instance of state.instances.by('app', app.id)) {
    if (instance.task === undefined || isTerminal(instance.condition)) continue;
    if (instance.configVersion !== app.versionInfo.lastConfigChangeAt) continue;
    if (UNREACHABLE.has(instance.condition)) continue;
    const place = state.agent(instance.task.agentId);
    if (place !== undefined) places.push(place);
  }
  return places;
}

const UNREACHABLE: ReadonlySet<string> = new Set(['Unreachable', 'UnreachableInactive', 'Unknown']);

function offeredResource(object: Resource): OfferedValue {
  const base = { name: object.name, role: object.role };
  switch (object.type) {
    case 'SCALAR':
      return { ...base, scalar: object.milli / 1000 };
    case 'RANGES':
      return { ...base, ranges: object.ranges };
    case 'SET':
      return { ...base, set: object.items };
  }
}

function offeredAttribute(attribute: Attribute): OfferedValue {
  switch (attribute.type) {
    case 'SCALAR':
      return { name: attribute.name, scalar: attribute.milli / 1000 };
    case 'RANGES':
      return { name: attribute.name, ranges: attribute.ranges };
    case 'SET':
      return { name: attribute.name, set: attribute.items };
    case 'TEXT':
      return { name: attribute.name, text: attribute.text };
  }
}
