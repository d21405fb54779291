import type { PathId } from '../app/index.js';
import type { PlannedRollout } from '../deployment/index.js';
import type { Tree } from '../group/index.js';
import { tcpServicePorts } from '../traffic/index.js';
import type { OrchestratorSettings } from '../turn/index.js';

/**
 * What rollouts with two generations lack where Ekiden routes nothing: whoever routes instead
 * follows `/v2`, which shows the live version alone. One sentence per rollout.
 */
export function unroutedRollouts(
  { hasRouter }: Pick<OrchestratorSettings, 'hasRouter'>,
  rollouts: readonly PlannedRollout[],
  target: Tree,
): readonly string[] {
  if (hasRouter) return [];
  const isServed = (id: PathId): boolean => {
    const app = target.app(id);
    return app !== undefined && tcpServicePorts(app).length > 0;
  };
  return rollouts
    .filter(({ twins }) => twins.some(isServed))
    .map(({ scope, settings: { strategy } }) => {
      const lacks =
        strategy === 'canary' ? 'no preview and no share of the requests' : 'no preview';
      return `nothing listens on service ports here (EKIDEN_ROUTER=none): the new version of '${scope}' gets ${lacks} before it is live`;
    });
}
