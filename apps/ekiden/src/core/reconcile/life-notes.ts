import { formatTimestamp } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import { becauseOf } from '../instance/index.js';
import type { StateView } from '../turn/index.js';

/** Tasks listed by name; of more only the number. */
const NAMED = 3;

/** Kills of an app's tasks that do not come to an end although their grace is long over. */
export function overdueKillNotes(
  { instances, killAsks }: StateView,
  app: PathId,
): readonly string[] {
  const overdue = killAsks.by('app', app).filter((ask) => ask.overdue);
  return overdue.slice(0, NAMED).map(({ taskId, firstAt, asks }) => {
    const [instance] = instances.by('task', taskId);
    const where = instance?.task === undefined ? '' : ` on ${instance.task.host}`;
    const why = instance?.kill === undefined ? '' : ` because ${becauseOf(instance.kill)}`;
    return (
      `${taskId}${where} is to be killed${why} and has not ended: its host was asked ` +
      `${asks} times since ${formatTimestamp(firstAt)}, SIGKILL included`
    );
  });
}

/** Tasks of an app that are newer than the database and that nobody has decided about. */
export function unknownTaskNotes({ unknownTasks }: StateView, app: PathId): readonly string[] {
  const waiting = unknownTasks.by('app', app).filter(({ removing }) => removing !== true);
  if (waiting.length === 0) return [];
  const named = waiting.slice(0, NAMED).map(({ taskId, host }) => `${taskId} on ${host}`);
  const rest = waiting.length > NAMED ? ` and ${waiting.length - NAMED} more` : '';
  return [
    `newer than this database, and left alone until somebody adopts or removes them: ` +
      `${named.join(', ')}${rest} (/v2/unknown-tasks)`,
  ];
}
