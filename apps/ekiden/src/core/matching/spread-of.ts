import type { AgentId } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import type { SpreadValue } from '../instance/index.js';
import { fieldValue, type Place } from './place.js';

/** What an app's instances have where it is spread, what must be even before what should be. */
export function spreadOf(
  app: AppDefinition,
  place: (agentId: AgentId) => Place | undefined,
): readonly SpreadValue[] {
  return (['GROUP_BY', 'SPREAD'] as const).flatMap((wanted) =>
    app.constraints
      .filter(({ operator }) => operator === wanted)
      .map(({ field }): SpreadValue => {
        const known = new Map<AgentId, string | undefined>();
        return ({ task }) => {
          if (task === undefined) return undefined;
          const { agentId } = task;
          if (!known.has(agentId)) {
            const host = place(agentId);
            known.set(agentId, host === undefined ? undefined : fieldValue(host, field));
          }
          return known.get(agentId);
        };
      }),
  );
}
