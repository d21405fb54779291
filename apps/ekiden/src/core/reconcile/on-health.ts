import { checkFailed, checkFlipped, instanceHealthChanged } from '../events/index.js';
import { checkStatesOf, judge, overallHealth, withCheckState } from '../health/index.js';
import { changeInstance, type Instance } from '../instance/index.js';
import type { TurnContext, WorldCommand } from '../turn/index.js';
import { noteProgress } from './note-progress.js';

type HealthResult = Extract<WorldCommand, { readonly kind: 'healthResult' }>;

/**
 * Takes an answer into the instance it belongs to. Answers of tasks that do not run (any more), or
 * are about to be killed, say nothing. Whether anything is to be replaced is decided afterwards,
 * by a look at the whole app.
 */
export function takeHealthResult(context: TurnContext, result: HealthResult): void {
  const { draft } = context;
  const instance = draft.instances.by('task', result.taskId)[0];
  if (instance?.condition !== 'Running' || instance.kill !== undefined) return;
  const app = draft.definitionOf(instance);
  const check = app?.healthChecks[result.check];
  const { task } = instance;
  if (task === undefined || app === undefined || check === undefined) return;
  const states = checkStatesOf(task.health, app);
  const before = states[result.check];
  if (before === undefined) return;
  const verdict = judge(before, check, { ...result, startedAt: task.startedAt ?? instance.since });
  if (verdict.kind === 'none') return;
  const health = withCheckState(states, result.check, verdict.state);
  const healthy = overallHealth(health);
  const { id, healthy: healthyBefore, ...rest } = task;
  const next = changeInstance(instance, {
    task: { id, ...rest, health, ...(healthy === undefined ? {} : { healthy }) },
  });
  draft.putInstance(healthy === true ? recovered(next) : next);
  if (verdict.kind === 'failure') draft.tellOf(next, checkFailed(next, check));
  if (verdict.flipped) draft.tellOf(next, checkFlipped(next, verdict.state.alive));
  if (healthy === healthyBefore) return;
  draft.tellOf(next, instanceHealthChanged(next));
  // One that falls ill moves nothing on (rollouts.md, Deadline).
  if (healthy === true) noteProgress(context, instance.appId);
}

/** Makes room in the budget of health kills of its app. */
function recovered({ healthKilledAt: _over, ...instance }: Instance): Instance {
  return instance;
}
