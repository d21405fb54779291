import { formatTimestamp } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { StateView } from '../turn/index.js';

/** Why instances of an app that fail their checks are not replaced now; none while they would be. */
export function holdNotes({ healthHolds }: StateView, app: PathId): readonly string[] {
  return healthHolds.by('app', app).map(({ reason, until }) => {
    const when = formatTimestamp(until);
    return `${reason}: none is replaced for its health before ${when}, as the fault may lie elsewhere`;
  });
}
