import { SeededChance, type AgentId } from '@ekiden/kernel';
import type { AgentRow, Resources } from '@ekiden/offers';
import { isPod, type AppDefinition } from '../app/index.js';
import { isTerminal } from '../instance/index.js';
import type { StateView } from '../turn/index.js';
import { askedGate, type AllocatorRefusal, type AskAllocator } from './ask-allocator.js';
import { brokenConstraint, type Place } from './constraints.js';
import { freeOn } from './free-resources.js';
import { matchInstance } from './match-instance.js';
import type { Refusal } from './refusal.js';

/** Agents that would do which the allocator is asked about. */
const FITTING_ASKED = 100;

/** Agents that the allocator is asked about where none would do. */
const OTHERS_ASKED = 3;

/** Refusals of one agent that are looked for; each takes another try. */
const REFUSALS_MAX = 8;

/** An agent that has not been given up, and what is free on it. */
export interface Host {
  readonly row: AgentRow;
  readonly free: Resources;
}

/** A host, and everything that speaks against one more instance there; nothing = it would do. */
export interface Judgement extends Host {
  readonly refusals: readonly Refusal[];
}

/** How an app fares on every agent at this moment. */
export interface Placing {
  readonly agents: readonly Judgement[];
  /** Where its placed instances of the present configuration are. */
  readonly others: readonly Place[];
  /** Why the allocator gives it nothing anywhere. */
  readonly everywhere?: AllocatorRefusal;
}

/** All agents but those that are gone for good. */
export function hostsOf({ master }: StateView): readonly Host[] {
  return [...master.state.agents.values()]
    .filter(({ goneSince }) => goneSince === undefined)
    .map((row) => ({ row, free: freeOn(master.state, row) }));
}

/**
 * The matching rules that place instances, asked of the committed state about every agent, and the
 * allocator where it can be asked.
 */
export function judgeAgents(
  state: StateView,
  app: AppDefinition,
  { hosts, ask }: { readonly hosts: readonly Host[]; readonly ask: AskAllocator | undefined },
): Placing {
  const { agents } = state.master.state;
  const others = placesOf({ instances: state.instances, agent: (id) => agents.get(id) }, app);
  const matched = hosts.map((host) => ({ ...host, refusals: refusalsOf(app, host, others) }));
  const gates = gatesOf(state, app, matched, ask);
  return {
    agents: matched.map((host) => {
      const gate = gates.everywhere ?? gates.agents.get(host.row.id);
      if (host.refusals.length > 0 || gate === undefined) return host;
      return { ...host, refusals: [gate] };
    }),
    others,
    ...(gates.everywhere === undefined ? {} : { everywhere: gates.everywhere }),
  };
}

/** Whether one more instance would fit there, by the very rules that place instances. */
export function tryOn(
  app: AppDefinition,
  { place, free, others }: TriedHost,
): ReturnType<typeof matchInstance> {
  const chance = new SeededChance(1);
  return matchInstance({ app, place, free, others: () => others, chance });
}

/** A host, real or thought up, to try a definition on. */
export interface TriedHost {
  readonly place: Place;
  readonly free: Resources;
  readonly others: readonly Place[];
}

/** Why the allocator gives an app nothing anywhere, or nothing of some agents. */
interface Gates {
  readonly everywhere?: AllocatorRefusal;
  readonly agents: ReadonlyMap<AgentId, AllocatorRefusal>;
}

/** Asked of agents that would do; where there is none, of a few for what holds everywhere. */
function gatesOf(
  { frameworkId }: StateView,
  app: AppDefinition,
  hosts: readonly Judgement[],
  ask: AskAllocator | undefined,
): Gates {
  const agents = new Map<AgentId, AllocatorRefusal>();
  // Nothing is asked of the allocator for pods, so it has nothing to say about them.
  if (ask === undefined || isPod(app)) return { agents };
  const fitting = hosts.filter(({ refusals }) => refusals.length === 0);
  const asked = fitting.length > 0 ? fitting.slice(0, FITTING_ASKED) : hosts.slice(0, OTHERS_ASKED);
  for (const { row, refusals } of asked) {
    const gate = askedGate(ask, app, { framework: frameworkId, agent: row.id });
    if (gate?.scope === 'app') return { everywhere: gate.refusal, agents };
    if (gate !== undefined && refusals.length === 0) agents.set(row.id, gate.refusal);
  }
  return { agents };
}

/** All refusals of an agent, not only the first: every scalar that is short, every constraint. */
function refusalsOf(
  app: AppDefinition,
  { row, free }: Host,
  others: readonly Place[],
): readonly Refusal[] {
  const closed = closedBecause(row);
  if (closed !== undefined) return [{ by: 'agentInactive', state: closed }];
  const found: Refusal[] = [];
  // Relax one wish after the other, so that each refusal comes to light.
  let relaxed = app;
  for (let round = 0; round < REFUSALS_MAX; round += 1) {
    const match = tryOn(relaxed, { place: row, free, others });
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
