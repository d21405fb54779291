import { ROOT_ID, isBelow, parentOf, type AppDefinition, type PathId } from '../app/index.js';
import { verbOf, type AppChange, type Deployment } from '../deployment/index.js';
import type { Group } from '../group/index.js';
import type { Instance } from '../instance/index.js';
import { runs } from './room-for.js';

interface View {
  readonly instances: { by(index: 'app', app: PathId): readonly Instance[] };
  readonly apps: { get(id: PathId): Pick<AppDefinition, 'versionInfo'> | undefined };
  readonly groups: { get(id: PathId): Pick<Group, 'dependencies'> | undefined };
}

/** Names in one sentence. */
const NAMED_MAX = 3;

/** Removed apps whose stop comes after the upgrades, and after the step under way. */
export function lateStops({ plan, step }: Deployment): readonly PathId[] {
  const found: PathId[] = [];
  for (let at = plan.steps.length - 1; at > step; at -= 1) {
    const actions = plan.steps[at]?.actions ?? [];
    if (actions.some((action) => verbOf(action) !== 'Stop')) break;
    for (const { app } of actions) found.push(app);
  }
  return found.reverse();
}

/** Apps that depended on a removed one, and of whose older version something runs. */
export function usersOf(view: View, deployment: Deployment, removed: PathId): readonly PathId[] {
  return deployment.plan.changes
    .filter((change) => dependedOn(view, deployment, change, removed))
    .filter(({ id }) => runsAsBefore(view, id))
    .map(({ id }) => id);
}

function dependedOn(
  { groups }: View,
  { plan }: Deployment,
  { id, before }: AppChange,
  removed: PathId,
): boolean {
  if (before === undefined || id === removed) return false;
  const names = (ids: readonly PathId[]): boolean =>
    ids.some((one) => one === removed || isBelow(removed, one));
  if (names(before.dependencies)) return true;
  for (let group = parentOf(id); ; group = parentOf(group)) {
    const changed = plan.groupChanges.find((one) => one.id === group);
    if (names((changed?.before ?? groups.get(group))?.dependencies ?? [])) return true;
    if (group === ROOT_ID) return false;
  }
}

function runsAsBefore({ apps, instances }: View, id: PathId): boolean {
  const config = apps.get(id)?.versionInfo.lastConfigChangeAt;
  return instances.by('app', id).some((each) => runs(each) && each.configVersion !== config);
}

/**
 * What is removed by a deployment, still runs, and is kept from making room for what waits for a
 * place (ADR 0055): one sentence each, without its full stop.
 */
export function roomKept(view: View, deployment: Deployment): readonly string[] {
  return lateStops(deployment)
    .filter((id) => view.instances.by('app', id).some(runs))
    .flatMap((id) => {
      const users = usersOf(view, deployment, id);
      if (users.length === 0) return [];
      const named = users.slice(0, NAMED_MAX).join(', ');
      const more = users.length > NAMED_MAX ? ` and ${users.length - NAMED_MAX} more` : '';
      return [
        `${id}, which is removed, makes room once no older version of ${named}${more} runs ` +
          '(minimumHealthCapacity keeps it)',
      ];
    })
    .slice(0, NAMED_MAX);
}
