import { subtractResources, type AgentRow, type Resources } from '@ekiden/offers';
import type { AppDefinition, PathId } from '../../app/index.js';
import type { Deployment, Reserved } from '../../deployment/index.js';
import { isTerminal } from '../../instance/index.js';
import { tryOn } from '../../matching/index.js';
import type { TurnContext } from '../../turn/index.js';

/*
 * Room that a rollout has found for its whole new generation is its own until that runs
 * (rollouts.md, Capacity): nobody else is launched into it meanwhile.
 */

/** Apps that have room reserved. */
export function appsWithRoom({ draft }: TurnContext): ReadonlySet<PathId> {
  return new Set(reservedIn(draft.deployments.by('status', 'running')).map(({ app }) => app));
}

function reservedIn(deployments: readonly Deployment[]): readonly Reserved[] {
  return deployments.flatMap(({ rollouts = [] }) =>
    rollouts.flatMap(({ reserved = [] }) => reserved),
  );
}

/** Room that is kept and not in use: how many instances of which app. */
export function keptRoom(
  context: TurnContext,
): readonly { readonly app: AppDefinition; readonly instances: number }[] {
  const { draft } = context;
  return reservedIn(draft.deployments.by('status', 'running')).flatMap((one) => {
    const app = draft.apps.get(one.app);
    return app === undefined ? [] : [{ app, instances: outstanding(context, app, one) }];
  });
}

/** What others than those who have reserved some of it may use of what is free on an agent. */
export function withoutReserved(
  context: TurnContext,
  row: AgentRow,
  available: Resources,
): Resources {
  const { draft } = context;
  let free = available;
  for (const one of reservedIn(draft.deployments.by('status', 'running'))) {
    const app = one.agentId === row.id ? draft.apps.get(one.app) : undefined;
    if (app === undefined) continue;
    for (let n = outstanding(context, app, one); n > 0; n -= 1) {
      const match = tryOn({ ...app, constraints: [] }, { place: row, free, others: NOBODY });
      if (!match.ok) break;
      free = subtractResources(free, match.value.resources);
    }
  }
  return free;
}

const NOBODY = { placed: [], known: () => new Set<string>() };

/** What of it is not in use: less what has been placed there, and no more than is to come. */
function outstanding({ draft }: TurnContext, app: AppDefinition, one: Reserved): number {
  const placed = draft.instances
    .by('beside', app.id)
    .filter(({ generation, configVersion, task, condition }) => {
      const isNew = configVersion === app.versionInfo.lastConfigChangeAt;
      return generation === 'preview' && isNew && task !== undefined && !isTerminal(condition);
    });
  const here = placed.filter(({ task }) => task?.agentId === one.agentId).length;
  return Math.max(0, Math.min(one.instances - here, app.instances - placed.length));
}
