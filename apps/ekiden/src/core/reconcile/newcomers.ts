import type { PathId } from '../app/index.js';
import { WAITING_MAX, type TurnContext } from '../turn/index.js';

/**
 * How many of the instances that an app lacks are made now. Not all of a million that somebody asked
 * for by mistake: beyond those that wait for a place already, more are made as places are found.
 */
export function newcomers(
  { draft, leftOver, starts }: TurnContext,
  app: PathId,
  wanted: number,
): number {
  const room = Math.max(0, WAITING_MAX - draft.instances.count('scheduled', app));
  const bounded = Math.min(wanted, room);
  const made = starts.take(app, bounded);
  // Where there is no room, the next one that finds a place has it looked at again.
  if (made < bounded) leftOver.add(app);
  return made;
}
