import type { TaskId } from '@ekiden/kernel';
import {
  isPromoted,
  isRetired,
  newRecord,
  noteReading,
  trafficKey,
  watchedOf,
  type TaskCounts,
  type Watched,
} from '../deployment/index.js';
import type { Instance } from '../instance/index.js';
import type { TurnContext, WorldCommand } from '../turn/index.js';
import { judgementOf } from './judge-rollouts.js';

/** Notes what routers have counted for each rollout that is judged by it. */
export function takeTraffic(
  context: TurnContext,
  { tasks, missing }: Extract<WorldCommand, { kind: 'trafficSeen' }>,
): void {
  const { draft, now } = context;
  const counted = new Map(tasks.map((task) => [task.taskId, task]));
  for (const deployment of draft.deployments.by('rollout', 'yes')) {
    for (const watched of watchedOf(deployment)) {
      const key = trafficKey(deployment.id, watched.planned.scope);
      const record = draft.traffic.get(key) ?? newRecord(key);
      const next =
        missing === undefined
          ? noteReading(record, {
              at: now,
              ...countsOf(context, watched, counted),
              share: watched.share,
              windowSeconds: watched.bounds.windowSeconds,
            })
          : { ...record, missing };
      draft.traffic.put(key, next);
      const [twin] = watched.progress.twins;
      // One of them is enough to have the deployment looked at.
      if (twin !== undefined && judgementOf(draft, watched, now).kind === 'bad') {
        draft.dirty.add(twin.id);
      }
    }
  }
}

/** Forgets what was counted for rollouts that are over. */
export function forgetTraffic({ draft }: TurnContext): void {
  if (draft.traffic.size === 0) return;
  const kept = new Set(
    draft.deployments
      .by('rollout', 'yes')
      .flatMap(({ id, rollouts = [] }) =>
        rollouts.flatMap((one) => (isRetired(one) ? [] : [trafficKey(id, one.scope)])),
      ),
  );
  for (const { key } of [...draft.traffic.values()]) if (!kept.has(key)) draft.traffic.remove(key);
}

function countsOf(
  { draft }: TurnContext,
  { progress }: Watched,
  counted: ReadonlyMap<TaskId, TaskCounts>,
): { readonly old: readonly TaskCounts[]; readonly next: readonly TaskCounts[] } {
  const [old, next]: [TaskCounts[], TaskCounts[]] = [[], []];
  const promoted = isPromoted(progress);
  for (const twin of progress.twins) {
    const live = draft.instances.by('app', twin.id);
    const beside = draft.instances.by('beside', twin.id);
    const isNext = ({ configVersion }: Instance): boolean => configVersion === twin.next;
    const ofNext = (promoted ? live : beside).filter(isNext);
    const ofOld = promoted ? beside.filter(({ generation }) => generation === 'warm') : live;
    next.push(...ofNext.flatMap((one) => countedOf(one, counted)));
    old.push(...ofOld.flatMap((one) => countedOf(one, counted)));
  }
  return { old, next };
}

function countedOf(
  { task }: Instance,
  counted: ReadonlyMap<TaskId, TaskCounts>,
): readonly TaskCounts[] {
  const found = task && counted.get(task.id);
  return found === undefined ? [] : [found];
}
