import { seconds, type Millis, type TableView } from '@ekiden/kernel';
import { ancestorsOf, type AppDefinition, type PathId } from '../app/index.js';
import type { Group } from '../group/index.js';

/** Where no rollout says otherwise (rollouts.md, Drain). */
const DRAIN = seconds(30);

/**
 * How long what is under way to an instance of an app may go on once nothing new gets there: the
 * `drainSeconds` of its rollout, or of the closest group's that has one.
 */
export function drainTime(
  app: Pick<AppDefinition, 'id' | 'rollout'>,
  groups: Pick<TableView<PathId, Group>, 'get'>,
): Millis {
  if (app.rollout !== undefined) return seconds(app.rollout.drainSeconds);
  for (const id of ancestorsOf(app.id)) {
    const rollout = groups.get(id)?.rollout;
    if (rollout !== undefined) return seconds(rollout.drainSeconds);
  }
  return DRAIN;
}
