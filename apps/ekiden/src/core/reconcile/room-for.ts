import type { AgentId } from '@ekiden/kernel';
import type { AgentRow, Resources } from '@ekiden/offers';
import { isTerminal, type Instance } from '../instance/index.js';
import { tryOn, type Demand } from '../matching/index.js';
import type { TurnContext } from '../turn/index.js';
import { isOnlyRoom, withBack } from './preempt.js';

/** Agents looked at for one demand. */
const AGENTS_MAX = 500;

/** What may leave to make room: all of its instances, or none. */
export interface Leaver<T> {
  readonly what: T;
  readonly instances: readonly Instance[];
}

export function runs({ condition }: Instance): boolean {
  return condition !== 'Scheduled' && !isTerminal(condition);
}

/**
 * Those whose stop lets one more instance be placed, on the agent where the fewest do; empty where
 * it fits already, or none of them helps. `spared` says which of those on one agent may leave
 * together; absent = all.
 */
export function roomFor<T>(
  context: TurnContext,
  demand: Demand,
  leavers: readonly Leaver<T>[],
  spared: (here: readonly Leaver<T>[]) => readonly Leaver<T>[] = (here) => here,
): readonly T[] {
  if (leavers.length === 0) return [];
  const held = byAgent(leavers);
  let best: readonly T[] = [];
  let looked = 0;
  for (const row of context.master.agents()) {
    if (looked >= AGENTS_MAX) break;
    looked += 1;
    const needed = neededOn(context, demand, { row, leavers: spared(held.get(row.id) ?? []) });
    // Where it fits already it is placed soon.
    if (needed?.length === 0) return [];
    if (needed === undefined || (best.length > 0 && needed.length >= best.length)) continue;
    if (isOnlyRoom(context, demand.app, row.id)) best = needed;
  }
  return best;
}

/** What each has on an agent, in the order given. */
function byAgent<T>(leavers: readonly Leaver<T>[]): ReadonlyMap<AgentId, readonly Leaver<T>[]> {
  const found = new Map<AgentId, Leaver<T>[]>();
  for (const { what, instances } of leavers) {
    const here = new Map<AgentId, Instance[]>();
    for (const each of instances) {
      if (each.task === undefined || !runs(each)) continue;
      const others = here.get(each.task.agentId);
      if (others === undefined) here.set(each.task.agentId, [each]);
      else others.push(each);
    }
    for (const [agent, own] of here) {
      const leaver = { what, instances: own };
      const others = found.get(agent);
      if (others === undefined) found.set(agent, [leaver]);
      else others.push(leaver);
    }
  }
  return found;
}

/** Those that have to leave the agent, in the order in which they would; `undefined`: of no use. */
function neededOn<T>(
  context: TurnContext,
  { app, surroundings }: Demand,
  { row, leavers }: { readonly row: AgentRow; readonly leavers: readonly Leaver<T>[] },
): readonly T[] | undefined {
  const { draft, master } = context;
  const { activated, reachable, registered, goneSince } = row;
  const isOpen = activated && reachable && registered && goneSince === undefined;
  const available = master.books(row.id)?.available;
  if (!isOpen || draft.leaving.has(row.id) || available === undefined) return undefined;
  const others = surroundings();
  const fits = (free: Resources): boolean => tryOn(app, { place: row, free, others }).ok;
  let free = available;
  if (fits(free)) return [];
  const needed: T[] = [];
  for (const { what, instances } of leavers) {
    needed.push(what);
    free = withBack(context, free, instances);
    if (fits(free)) return needed;
  }
  return undefined;
}
