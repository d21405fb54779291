import type { AppDefinition } from '../app/index.js';
import { useText, volumeViews } from '../volume/index.js';
import type { Inquiry } from './inquiry.js';
import type { Cause } from './report.js';

/** What instances with data wait for: nothing but their own agent will do (VOL-16); what outgrows. */
export function volumeCauses({ state }: Inquiry, app: AppDefinition): readonly Cause[] {
  if (state.volumes.by('app', app.id).length === 0) return [];
  return volumeViews(state).flatMap(({ volume, owner, state: stands, note }): readonly Cause[] => {
    if (volume.appId !== app.id || owner === undefined) return [];
    const { agentId, containerPath, host } = volume;
    const what = `the volume ${containerPath} of ${owner.id} is on ${host}`;
    if (stands === 'lost') return [{ kind: 'volume', message: `${what}; ${note ?? ''}` }];
    const over = volume.use?.overSince;
    if (stands === 'inUse' && over !== undefined) {
      return [{ kind: 'volume', message: `${what}, and ${useText(volume)}`, since: over }];
    }
    if (stands !== 'waiting') return [];
    const message = `${what}, so it waits until agent ${agentId} has its resources free again`;
    return [{ kind: 'volume', message, since: owner.since }];
  });
}
