import type { PathId } from '../../../src/core/app/index.js';
import { claimOf, isPromoted } from '../../../src/core/deployment/index.js';
import { RouteBook } from '../../../src/core/traffic/index.js';
import { viewOf, type ServiceState } from '../../../src/core/turn/index.js';
import type { RestChecker } from '../sight.js';

const SERVICE_ADDRESS = '127.0.0.1';

/**
 * What comes to the stable ports of an app with two generations gets to one of them: the old one
 * before the switch, the new one from it on; to both only where a canary is under way
 * (rollouts.md, Generations).
 */
export const oneGenerationRouted: RestChecker = {
  rule: 'one-generation-routed',
  check: ({ state }) => {
    const { deployments } = state.rows;
    if (deployments.by('rollout', 'yes').length === 0) return [];
    return [...configsRouted(state)].flatMap(([app, configs]) => {
      const claim = claimOf(deployments, app);
      if (claim === undefined) return [];
      const { planned, progress, twin } = claim;
      const isSwitched = isPromoted(progress) || progress.phase === 'switching';
      if (planned.settings.strategy === 'canary' && !isSwitched) return [];
      const strays = [...configs].filter((config) => (config === twin.next) !== isSwitched);
      const which = isSwitched ? 'old' : 'new';
      return strays.length === 0
        ? []
        : [`${app} is ${progress.phase}, its ${which} one is routed to`];
    });
  },
};

/** Configurations that stable ports of apps lead to. */
function configsRouted(state: ServiceState): ReadonlyMap<PathId, ReadonlySet<number>> {
  const view = viewOf(state);
  const book = new RouteBook(SERVICE_ADDRESS);
  const all = [...view.instances.values()];
  book.update(
    view,
    all.map((one) => [one.id, one]),
  );
  const configs = new Map<PathId, Set<number>>();
  for (const { app, kind, backends } of book.routing().routes) {
    if (kind !== 'service') continue;
    const known = configs.get(app) ?? new Set<number>();
    for (const { taskId, weight } of backends) {
      const [instance] = state.rows.instances.by('task', taskId);
      if (weight > 0 && instance !== undefined) known.add(instance.configVersion);
    }
    configs.set(app, known);
  }
  return configs;
}
