import { isTerminalTaskState, millis, type Millis } from '@ekiden/kernel';
import type { AgentRow } from '@ekiden/offers';
import { isResident } from '../app/index.js';
import { appVersionKey, type StateView } from '../turn/index.js';

/** Instances that cannot move yet which are named one by one. */
const BLOCKED_SHOWN = 20;

/** How far an agent that is being left is. */
export interface Moving {
  readonly cause: 'drain' | 'maintenance';
  /** Tasks still there, of all frameworks. */
  readonly left: number;
  /** Of a drain: tasks that were there when it began. */
  readonly of?: number;
  /** By the pace so far, once something has moved; never after the deadline. */
  readonly estimatedEnd?: Millis;
  /** Instances that cannot move yet, and why, bounded. */
  readonly blocked: readonly { readonly id: string; readonly reason: string }[];
}

/** `undefined` for an agent that is not being left. */
export function movingOf(state: StateView, row: AgentRow, now: Millis): Moving | undefined {
  const leaving = state.leaving.get(row.id);
  if (leaving === undefined || row.drain?.state === 'DRAINED') return undefined;
  const left = state.master.state.tasks
    .by('agent', row.id)
    .filter((task) => !isTerminalTaskState(task.state)).length;
  const { drain } = row;
  const estimatedEnd = drain?.tasks && estimate({ ...drain, left, of: drain.tasks }, now);
  return {
    cause: leaving.cause,
    left,
    ...(drain?.tasks === undefined ? {} : { of: drain.tasks }),
    ...(estimatedEnd ? { estimatedEnd } : {}),
    blocked: blockedOn(state, row),
  };
}

function estimate(
  drain: {
    readonly since: Millis;
    readonly deadline: Millis;
    readonly left: number;
    readonly of: number;
  },
  now: Millis,
): Millis | undefined {
  const { since, deadline, left, of } = drain;
  const moved = of - left;
  if (moved <= 0 || left === 0) return undefined;
  const rest = ((now - since) / moved) * left;
  return millis(Math.min(Math.max(deadline, now), Math.round(now + rest)));
}

function blockedOn(state: StateView, { id }: AgentRow): Moving['blocked'] {
  const found: { id: string; reason: string }[] = [];
  for (const instance of state.instances.by('agent', id)) {
    if (found.length >= BLOCKED_SHOWN) break;
    const { appId, appVersion, goal, kill } = instance;
    if (goal !== 'Running' || kill !== undefined) continue;
    const app = state.appVersions.get(appVersionKey(appId, appVersion));
    if (app !== undefined && isResident(app)) {
      found.push({ id: instance.id, reason: 'its data is on this agent: it does not move' });
    } else if (state.instances.count('scheduled', appId) > 0) {
      const reason = `its replacement waits for a place; ask why of ${appId}`;
      found.push({ id: instance.id, reason });
    }
  }
  return found;
}
