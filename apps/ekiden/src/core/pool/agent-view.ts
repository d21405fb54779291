import {
  isTerminalTaskState,
  mapInSteps,
  type AgentId,
  type Millis,
  type Steps,
} from '@ekiden/kernel';
import {
  NO_RESOURCES,
  UNRESERVED,
  addResources,
  filterResources,
  formatResources,
  type AgentRow,
  type Domain,
  type Resources,
  type TaskRow,
} from '@ekiden/offers';
import {
  booksOf,
  executorsOf,
  freeIn,
  shownAttribute,
  type AgentBooks,
  type OfferedValue,
} from '../matching/index.js';
import type { StateView } from '../turn/index.js';
import { movingOf, type Moving } from './moving.js';
import { shownResources, type ShownResources } from './amounts.js';

/**
 * How an agent takes part: `unregistered` after an election until its host speaks up,
 * `unreachable` while it is silent, `draining` and `drained` on request, `deactivated` while an
 * operator keeps new tasks away.
 */
export type AgentState =
  'active' | 'deactivated' | 'draining' | 'drained' | 'unreachable' | 'unregistered';

/** One agent of the pool, as operators see it. */
export interface AgentView {
  readonly id: AgentId;
  readonly hostname: string;
  readonly attributes: readonly OfferedValue[];
  readonly domain?: Domain;
  readonly state: AgentState;
  /** When that state began, where it is known. */
  readonly since?: Millis;
  /** What kinds of tasks its executors in reach run at present. */
  readonly executors: readonly string[];
  readonly resources: {
    readonly total: ShownResources;
    readonly used: ShownResources;
    readonly offered: ShownResources;
    readonly free: ShownResources;
  };
  /** What of the total is reserved, by role. */
  readonly reservations: Readonly<Record<string, ShownResources>>;
  readonly unavailability?: { readonly start: Millis; readonly duration?: Millis };
  readonly drain?: NonNullable<AgentRow['drain']>;
  /** Only while it is being left. */
  readonly moving?: Moving;
  /** Tasks that have not ended, of all frameworks. */
  readonly taskCount: number;
  /** Those tasks. */
  readonly tasks: () => readonly AgentTask[];
}

export interface AgentTask extends Pick<
  TaskRow,
  'id' | 'name' | 'frameworkId' | 'role' | 'state' | 'launchedAt'
> {
  /** Mesos's text. */
  readonly resources: string;
}

/** What is to be told of an agent, as it is at one moment: the view is made when it is asked for. */
export type LaterView = () => AgentView;

/** All agents but those that are gone for good, by id. */
export function agentViews(state: StateView, now: Millis): Steps<readonly LaterView[]> {
  const { agents } = state.master.state;
  const rows = [...agents.values()]
    .filter(({ goneSince }) => goneSince === undefined)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return mapInSteps(rows, (row) => later(state, row, now));
}

/** `undefined` for an agent nobody knows, or that is gone for good. */
export function agentView(state: StateView, id: AgentId, now: Millis): AgentView | undefined {
  const row = state.master.state.agents.get(id);
  if (row === undefined || row.goneSince !== undefined) return undefined;
  return later(state, row, now)();
}

function later(state: StateView, row: AgentRow, now: Millis): LaterView {
  const books = booksOf(state.master.state, row);
  const moving = movingOf(state, row, now);
  return () => viewOf(books, moving);
}

/** The gravest of what may be said of it. */
function agentStateOf(row: AgentRow): AgentState {
  if (!row.registered) return 'unregistered';
  return agentStateOnceRegistered(row);
}

/** Without what each term forgets: whether the host has spoken up yet. */
export function agentStateOnceRegistered(row: AgentRow): AgentState {
  if (!row.reachable) return 'unreachable';
  if (row.drain !== undefined) return row.drain.state === 'DRAINED' ? 'drained' : 'draining';
  return row.activated ? 'active' : 'deactivated';
}

function viewOf(books: AgentBooks, moving: Moving | undefined): AgentView {
  const { row, offers } = books;
  const { id, hostname, domain, unavailability, drain } = row;
  const tasks = books.tasks.filter((task) => !isTerminalTaskState(task.state));
  const is = agentStateOf(row);
  const since = is === 'unreachable' ? row.unreachableSince : drain?.since;
  return {
    id,
    hostname,
    attributes: row.attributes.map(shownAttribute),
    ...(domain === undefined ? {} : { domain }),
    state: is,
    ...(since === undefined || is === 'unregistered' ? {} : { since }),
    executors: executorsOf(row.attributes),
    resources: {
      total: shownResources(row.total),
      used: shownResources(sum(tasks)),
      offered: shownResources(sum(offers)),
      free: shownResources(freeIn(books)),
    },
    reservations: reservationsOf(row.total),
    ...(unavailability === undefined ? {} : { unavailability }),
    ...(drain === undefined ? {} : { drain }),
    ...(moving === undefined ? {} : { moving }),
    taskCount: tasks.length,
    tasks: () => tasks.map(agentTask),
  };
}

function agentTask(row: TaskRow): AgentTask {
  const { id, name, frameworkId, role, state, launchedAt } = row;
  const resources = formatResources(row.resources);
  return { id, name, frameworkId, role, state, launchedAt, resources };
}

function reservationsOf(total: Resources): Readonly<Record<string, ShownResources>> {
  const roles = new Set(total.map(({ role }) => role).filter((role) => role !== UNRESERVED));
  return Object.fromEntries(
    [...roles]
      .sort()
      .map((owner) => [
        owner,
        shownResources(filterResources(total, ({ role }) => role === owner)),
      ]),
  );
}

function sum(rows: readonly { readonly resources: Resources }[]): Resources {
  let total = NO_RESOURCES;
  for (const row of rows) total = addResources(total, row.resources);
  return total;
}
