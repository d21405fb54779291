import { SeededChance, type AgentId, type Millis } from '@ekiden/kernel';
import { type AgentRow, type Resources } from '@ekiden/offers';
import { isPod, type AppDefinition, type PathId } from '../app/index.js';
import { isTerminal, launchDelayId, type Instance } from '../instance/index.js';
import type { StateView } from '../turn/index.js';
import { askedGate, type AllocatorRefusal, type AskAllocator } from './ask-allocator.js';
import { brokenConstraint, type Place } from './constraints.js';
import { freeOn } from './free-resources.js';
import { matchInstance } from './match-instance.js';
import { shownAttribute, shownResource } from './offered-value.js';
import type { QueueEntry, QueuedAgent, RefusalReason } from './queue-entry.js';
import { PODS_WAIT, reasonOf, sentenceOf, type Refusal } from './refusal.js';

/** Agents shown one by one per app; the counts are over all of them. */
const AGENTS_SHOWN = 100;

/** Agents that the allocator is asked about where none would do. */
const AGENTS_ASKED = 3;

/**
 * Every app with instances that wait for a place, and why each agent does not take one more: the
 * same matching rules that place instances, asked of the committed state, and the allocator where
 * it can be asked.
 */
export function explainQueue(
  state: StateView,
  now: Millis,
  ask?: AskAllocator,
): readonly QueueEntry[] {
  const waiting = new Map<PathId, readonly Instance[]>();
  for (const app of state.instances.valuesOf('scheduled')) {
    const wanted = state.instances.by('scheduled', app).filter(({ goal }) => goal === 'Running');
    if (wanted.length > 0) waiting.set(app as PathId, wanted);
  }
  const agents = [...state.master.state.agents.values()];
  const hosts = agents
    .filter(({ goneSince }) => goneSince === undefined)
    .map((row) => ({ row, free: freeOn(state.master.state, row) }));
  return [...waiting].flatMap(([id, instances]) => {
    const app = state.root.apps.get(id);
    return app === undefined ? [] : [entryFor({ state, hosts, now, ask }, app, instances)];
  });
}

interface Inquiry {
  readonly state: StateView;
  readonly hosts: readonly { readonly row: AgentRow; readonly free: Resources }[];
  readonly now: Millis;
  readonly ask: AskAllocator | undefined;
}

function entryFor(inquiry: Inquiry, app: AppDefinition, waiting: readonly Instance[]): QueueEntry {
  const { state, hosts, now } = inquiry;
  const delay = state.launchDelays.get(launchDelayId(app.id, app.versionInfo.lastConfigChangeAt));
  const left = Math.max(0, (delay?.until ?? 0) - now);
  const { agents } = state.master.state;
  const others = placesOf({ instances: state.instances, agent: (id) => agents.get(id) }, app);
  const matched = hosts.map(({ row, free }) => ({
    row,
    free,
    refusals: refusalsOf(app, row, free, others),
  }));
  const gates = gatesOf(inquiry, app, matched);
  const judged = matched.map((host) => judge(host, gates, now));
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
    reasons: [
      ...reasonsOf(state, app, left),
      ...(gates.app === undefined ? [] : [gates.app.message]),
    ],
    agents: judged.slice(0, AGENTS_SHOWN).map((j) => j.agent),
  };
}

function reasonsOf(state: StateView, app: AppDefinition, delayLeft: number): string[] {
  const reasons: string[] = isPod(app) ? [PODS_WAIT] : [];
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

/** A host, and what of our own rules speaks against it. */
interface Matched {
  readonly row: AgentRow;
  readonly free: Resources;
  readonly refusals: readonly Refusal[];
}

/** Why the allocator gives an app nothing anywhere, or nothing of some agents. */
interface Gates {
  readonly app?: AllocatorRefusal;
  readonly agents: ReadonlyMap<AgentId, AllocatorRefusal>;
}

/** Asked of agents that would do; where there is none, of a few for what holds everywhere. */
function gatesOf({ ask, state }: Inquiry, app: AppDefinition, hosts: readonly Matched[]): Gates {
  const agents = new Map<AgentId, AllocatorRefusal>();
  // Nothing is asked of the allocator for pods, so it has nothing to say about them.
  if (ask === undefined || isPod(app)) return { agents };
  const fitting = hosts.filter(({ refusals }) => refusals.length === 0);
  const asked = fitting.length > 0 ? fitting.slice(0, AGENTS_SHOWN) : hosts.slice(0, AGENTS_ASKED);
  for (const { row, refusals } of asked) {
    const gate = askedGate(ask, app, { framework: state.frameworkId, agent: row.id });
    if (gate?.scope === 'app') return { app: gate.refusal, agents };
    if (gate !== undefined && refusals.length === 0) agents.set(row.id, gate.refusal);
  }
  return { agents };
}

interface Judged {
  readonly agent: QueuedAgent;
  readonly refusal: Refusal | undefined;
}

function judge({ row, free, refusals: own }: Matched, gates: Gates, now: Millis): Judged {
  const gate = gates.app ?? gates.agents.get(row.id);
  const refusals = own.length > 0 || gate === undefined ? own : [gate];
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
      resources: free.map(shownResource),
      attributes: row.attributes.map(shownAttribute),
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
  const closed = closedBecause(row);
  if (closed !== undefined) return [{ by: 'agentInactive', state: closed }];
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

/** Why an agent takes no new tasks; `undefined` when it does. */
function closedBecause({ activated, drain, reachable, registered }: AgentRow): string | undefined {
  if (!registered) return 'it has not been heard of since the election';
  if (!reachable) return 'unreachable';
  if (drain !== undefined) return drain.state === 'DRAINED' ? 'drained' : 'draining';
  return activated ? undefined : 'deactivated';
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
    case 'pod':
    case 'role':
    case 'executor':
    case 'agentInactive':
    case 'allocator':
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
