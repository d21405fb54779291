import {
  SeededChance,
  formatTimestamp,
  mapInSteps,
  runSteps,
  type AgentId,
  type Result,
  type Steps,
} from '@ekiden/kernel';
import type { AgentRow, Resources } from '@ekiden/offers';
import { isPod, podObstacle, type AppDefinition } from '../app/index.js';
import type { LeavingAgent, StateView } from '../turn/index.js';
import { askedGate, type AllocatorRefusal, type AskAllocator } from './ask-allocator.js';
import { ConstraintTable } from './constraint-table.js';
import { booksOf, freeIn } from './free-resources.js';
import { matchInstance, refusalOf, type Match } from './match-instance.js';
import { needsOf, type Needs } from './needs.js';
import { closedBecause, type Place } from './place.js';
import { holderOfPort } from './port-holder.js';
import type { Refusal } from './refusal.js';
import { Room } from './room.js';
import { KnownValues, surroundingsOf, type Surroundings } from './surroundings.js';

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
  /** The same, added up once for all that are compared with it; nothing is taken of it. */
  readonly room: Room;
}

/** A host, and everything that speaks against one more instance there; nothing = it would do. */
export interface Judgement extends Host {
  readonly refusals: readonly Refusal[];
}

/** How an app fares on every agent at this moment. */
export interface Placing {
  readonly agents: readonly Judgement[];
  /** Where its placed instances of the present configuration are, and what there is. */
  readonly others: Surroundings;
  /** Why the allocator gives it nothing anywhere. */
  readonly everywhere?: AllocatorRefusal;
}

/** All agents but those that are gone for good. */
export function hostsOf(state: StateView): readonly Host[] {
  return agentsOf(state).map((row) => hostOf(state, row));
}

/** Hosts whose books are added up in one step. */
const HOSTS_PER_STEP = 50;

/** The same of these agents, a few at a time. */
export function hostsInSteps(sight: () => Sight, agents: readonly AgentRow[]): Steps<Host[]> {
  return mapInSteps(agents, (row) => hostOf(sight().state, row), HOSTS_PER_STEP);
}

/** Those agents alone. */
export function agentsOf({ master }: StateView): readonly AgentRow[] {
  return [...master.state.agents.values()].filter(({ goneSince }) => goneSince === undefined);
}

function hostOf({ master }: StateView, row: AgentRow): Host {
  const free = freeIn(booksOf(master.state, row));
  return { row, free, room: new Room(free) };
}

/** What is asked: the state of a moment, and the allocator where it can be. */
export interface Sight {
  readonly state: StateView;
  readonly ask?: AskAllocator | undefined;
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
  return runSteps(judgeInSteps(() => ({ state, ask }), app, { hosts }));
}

export interface JudgeOptions {
  readonly hosts: readonly Host[];
  /** Found out for several apps. */
  readonly knownValues?: KnownValues;
  /** Of so many hosts all that speaks against them is looked for, of the others the first of it. */
  readonly wholeOf?: number;
}

/** Agents that are judged in one step. */
const AGENTS_PER_STEP = 100;

/**
 * The same in steps, `sight` being asked anew in each: agents are judged as they are in that step,
 * the instances of the app as they are in the first.
 */
export function* judgeInSteps(
  sight: () => Sight,
  app: AppDefinition,
  { hosts, knownValues, wholeOf = hosts.length }: JudgeOptions,
): Steps<Placing> {
  const others = seenFrom(sight().state, app, knownValues);
  const constraints = new ConstraintTable(app, others);
  const needs = needsOf(app);
  const matched = yield* mapInSteps(
    hosts,
    ({ row, free, room }, index): Judgement => {
      const host = { row, free, room };
      if (index < wholeOf) {
        return { ...host, refusals: refusalsOf(sight().state, host, needs, constraints) };
      }
      const first = firstRefusalOf(sight().state, host, needs, constraints);
      return { row, free, room, refusals: first === undefined ? [] : [first] };
    },
    AGENTS_PER_STEP,
  );
  const { state, ask } = sight();
  const gates = gatesOf(state, app, matched, ask);
  return {
    agents:
      gates.everywhere === undefined && gates.agents.size === 0
        ? matched
        : matched.map((host) => {
            const gate = gates.everywhere ?? gates.agents.get(host.row.id);
            if (host.refusals.length > 0 || gate === undefined) return host;
            return { ...host, refusals: [gate] };
          }),
    others,
    ...(gates.everywhere === undefined ? {} : { everywhere: gates.everywhere }),
  };
}

function seenFrom(
  { instances, master }: StateView,
  app: AppDefinition,
  known: KnownValues | undefined,
): Surroundings {
  const { agents } = master.state;
  const view = {
    instances,
    agent: (id: AgentId) => agents.get(id),
    isLeft: (id: AgentId) => agents.get(id)?.drain !== undefined,
    knownValues: known ?? new KnownValues(() => agents.values()),
  };
  return surroundingsOf(view, app);
}

/** Whether one more instance would fit there, by the very rules that place instances. */
export function tryOn(
  app: AppDefinition,
  { place, free, others }: TriedHost,
): Result<Match, Refusal> {
  const constraints = new ConstraintTable(app, others);
  const chance = new SeededChance(1);
  return matchInstance({ needs: needsOf(app), place, free, constraints, chance });
}

/** A host, real or thought up, to try a definition on. */
export interface TriedHost {
  readonly place: Place;
  readonly free: Resources;
  readonly others: Surroundings;
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
  // Nothing is asked of the allocator for what no host can run, so it has nothing to say about that.
  if (ask === undefined || (isPod(app) && podObstacle(app) !== undefined)) return { agents };
  const fitting = hosts.filter(({ refusals }) => refusals.length === 0);
  const asked = fitting.length > 0 ? fitting.slice(0, FITTING_ASKED) : hosts.slice(0, OTHERS_ASKED);
  for (const { row, refusals } of asked) {
    const gate = askedGate(ask, app, { framework: frameworkId, agent: row.id });
    if (gate?.scope === 'app') return { everywhere: gate.refusal, agents };
    if (gate !== undefined && refusals.length === 0) agents.set(row.id, gate.refusal);
  }
  return { agents };
}

function firstRefusalOf(
  state: StateView,
  { row, room }: Host,
  needs: Needs,
  constraints: ConstraintTable,
): Refusal | undefined {
  const closed = closedBecause(row) ?? awayBecause(state.leaving.get(row.id));
  if (closed !== undefined) return { by: 'agentInactive', state: closed };
  return refusalOf(needs, row, room, constraints);
}

/** All refusals of an agent, not only the first: every scalar that is short, every constraint. */
function refusalsOf(
  state: StateView,
  { row, room }: Host,
  needs: Needs,
  constraints: ConstraintTable,
): readonly Refusal[] {
  const closed = closedBecause(row) ?? awayBecause(state.leaving.get(row.id));
  if (closed !== undefined) return [{ by: 'agentInactive', state: closed }];
  const found: Refusal[] = [];
  let table: ConstraintTable | undefined = constraints;
  // Relax one wish after the other, so that each refusal comes to light.
  let relaxed = needs;
  for (let round = 0; round < REFUSALS_MAX; round += 1) {
    const refusal = refusalOf(relaxed, row, room, table);
    if (refusal === undefined) break;
    if (refusal.by === 'constraint') {
      for (const broken of constraints.allBroken(row)) found.push({ by: 'constraint', ...broken });
      table = undefined;
      continue;
    }
    found.push(withHolder(state, row, refusal));
    const next = relax(relaxed, refusal);
    if (next === undefined) break;
    relaxed = next;
  }
  return found;
}

/** What keeps new tasks away from an agent that is in maintenance, or about to be. */
function awayBecause(leaving: LeavingAgent | undefined): string | undefined {
  if (leaving?.cause !== 'maintenance') return undefined;
  const { until } = leaving;
  return `in maintenance ${until === undefined ? 'for good' : `until ${formatTimestamp(until)}`}`;
}

function withHolder(state: StateView, { id }: AgentRow, refusal: Refusal): Refusal {
  if (refusal.by !== 'ports' || refusal.shortage.kind !== 'portTaken') return refusal;
  const holder = holderOfPort(state, id, refusal.shortage.port);
  return holder === undefined ? refusal : { ...refusal, holder };
}

function relax(needs: Needs, refusal: Refusal): Needs | undefined {
  switch (refusal.by) {
    case 'cpus':
    case 'mem':
    case 'disk':
    case 'gpus':
      return { ...needs, scalars: { ...needs.scalars, [refusal.by]: 0 } };
    case 'ports':
      return { ...needs, fixedPorts: [], anyPorts: 0 };
    case 'pod':
    case 'role':
    case 'executor':
    case 'constraint':
    case 'agentInactive':
    case 'allocator':
    case 'scarceGpus':
    case 'volume':
      return undefined;
  }
}
