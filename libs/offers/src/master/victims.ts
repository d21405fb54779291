import { isTerminalTaskState, type AgentId } from '@ekiden/kernel';

import type { RoleBooks } from '../allocator/index.js';
import type { Ask, FrameworkId } from '../framework/index.js';
import {
  addQuantities,
  addResources,
  allocatableTo,
  coversQuantities,
  NO_QUANTITIES,
  NO_RESOURCES,
  quantitiesOf,
  quantityOf,
  scalarQuantitiesOf,
  type Quantities,
  type Resources,
} from '../resources/index.js';
import type { Draft } from './draft.js';
import type { TaskRow } from './rows.js';

/** Agents looked at for one ask; the victims of the best of them are asked to leave. */
const AGENTS_MAX = 1000;

/** What may be taken from roles in one run: nothing that is guaranteed to them. */
export class Spare {
  private readonly books = new Map<string, RoleBooks>();
  private readonly taken = new Map<string, Quantities>();

  constructor(roles: readonly RoleBooks[]) {
    for (const role of roles) this.books.set(role.role, role);
  }

  /** Whether its role, and all above it, have more than their guarantee without these too. */
  allows(tasks: readonly TaskRow[], task: TaskRow): boolean {
    const amounts = scalarQuantitiesOf(task.resources);
    for (const role of pathOf(task.role)) {
      const books = this.books.get(role);
      const guarantees = books?.quota?.guarantees ?? NO_QUANTITIES;
      if (books === undefined || guarantees.length === 0) continue;
      const gone = tasks.filter((each) => each.role === role || each.role.startsWith(`${role}/`));
      const going = gone.reduce(
        (sum, each) => addQuantities(sum, scalarQuantitiesOf(each.resources)),
        this.taken.get(role) ?? NO_QUANTITIES,
      );
      for (const { name, milli } of amounts) {
        const left = quantityOf(books.allocated, name) - quantityOf(going, name) - milli;
        if (left < quantityOf(guarantees, name)) return false;
      }
    }
    return true;
  }

  take(tasks: readonly TaskRow[]): void {
    for (const task of tasks) {
      const amounts = scalarQuantitiesOf(task.resources);
      for (const role of pathOf(task.role)) {
        this.taken.set(role, addQuantities(this.taken.get(role) ?? NO_QUANTITIES, amounts));
      }
    }
  }
}

/**
 * The fewest tasks of other frameworks, of a lower priority and on one agent, without which one
 * more task of the ask has room there; empty when there are none. The lowest priority and the
 * youngest go first.
 */
export function victimsFor(
  draft: Draft,
  framework: FrameworkId,
  ask: Ask,
  spare: Spare,
): readonly TaskRow[] {
  let best: readonly TaskRow[] = [];
  let looked = 0;
  for (const { id } of draft.agents.values()) {
    if (looked >= AGENTS_MAX) break;
    looked += 1;
    const chosen = victimsOn(draft, framework, ask, id, spare);
    if (chosen.length === 0 || (best.length > 0 && chosen.length >= best.length)) continue;
    if (lacksOnlyRoom(draft, framework, ask, id)) best = chosen;
    if (best.length === 1) break;
  }
  return best;
}

function victimsOn(
  draft: Draft,
  framework: FrameworkId,
  ask: Ask,
  agentId: AgentId,
  spare: Spare,
): readonly TaskRow[] {
  const books = draft.allocator.agent(agentId);
  if (books?.active !== true) return [];
  const candidates = draft.tasks
    .by('agent', agentId)
    .filter((task) => mayLeave(draft, framework, ask, task))
    .sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0) || b.launchedAt - a.launchedAt);
  const chosen: TaskRow[] = [];
  for (const task of candidates) {
    if (!spare.allows(chosen, task)) continue;
    chosen.push(task);
    if (makesRoom(books.available, chosen, ask)) {
      return withoutNeedless(books.available, chosen, ask);
    }
  }
  return [];
}

/** The last one made the difference; some before it may not be needed. */
function withoutNeedless(
  free: Resources,
  chosen: readonly TaskRow[],
  ask: Ask,
): readonly TaskRow[] {
  let needed = chosen;
  for (const task of chosen) {
    const without = needed.filter((each) => each !== task);
    if (without.length > 0 && makesRoom(free, without, ask)) needed = without;
  }
  return needed;
}

function makesRoom(free: Resources, leaving: readonly TaskRow[], ask: Ask): boolean {
  const back = leaving.reduce((sum, task) => addResources(sum, task.resources), NO_RESOURCES);
  const room = quantitiesOf(allocatableTo(addResources(free, back), ask.role));
  return coversQuantities(room, ask.shape);
}

function mayLeave(draft: Draft, framework: FrameworkId, ask: Ask, task: TaskRow): boolean {
  return (
    task.frameworkId !== framework &&
    (task.priority ?? 0) < (ask.priority ?? 0) &&
    !isTerminalTaskState(task.state) &&
    // Of a group all would have to go; they stay.
    task.executor === undefined &&
    !draft.evictions.has(task.id)
  );
}

/** Room made where another gate says no would be of no use. */
function lacksOnlyRoom(draft: Draft, framework: FrameworkId, ask: Ask, agent: AgentId): boolean {
  const { role, shape } = ask;
  const { now } = draft.ctx;
  const { kind } = draft.allocator.explain({ framework, role, agent, shape, now });
  return kind === 'insufficient' || kind === 'nothingFree' || kind === 'belowMinimum';
}

function pathOf(role: string): readonly string[] {
  const parts = role.split('/');
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}
