import { judgeReadiness, readinessStatesOf, withReadinessState } from '../health/index.js';
import { changeInstance } from '../instance/index.js';
import type { TurnContext, WorldCommand } from '../turn/index.js';
import { noteProgress } from './note-progress.js';

type ReadinessResult = Extract<WorldCommand, { readonly kind: 'readinessResult' }>;

/** Takes an answer into the task it is of; answers of tasks that do not run (any more) say nothing. */
export function takeReadinessResult(context: TurnContext, result: ReadinessResult): void {
  const { draft } = context;
  const instance = draft.instances.by('task', result.taskId)[0];
  if (instance?.condition !== 'Running' || instance.kill !== undefined) return;
  const { task } = instance;
  const app = draft.definitionOf(instance);
  const check = app?.readinessChecks[result.check];
  if (task === undefined || app === undefined || check === undefined) return;
  const states = readinessStatesOf(task.readiness, app);
  const before = states[result.check];
  const after = before && judgeReadiness(before, check, result);
  if (after === undefined) return;
  const readiness = withReadinessState(states, result.check, after);
  const { id, ...rest } = task;
  draft.putInstance(changeInstance(instance, { task: { id, ...rest, readiness } }));
  if (after.ready) noteProgress(context, instance.appId);
}
