import type { Steps } from '@ekiden/kernel';
import { advise } from '../advice/index.js';
import { deploymentGroupOf, type AppDefinition, type PathId } from '../app/index.js';
import type { DeploymentPlan, Finding } from '../deployment/index.js';
import { KnownValues, closedBecause } from '../matching/index.js';
import type { Planning } from './adopt-changes.js';
import { placeOf, type RootCheck } from './check-root.js';

/** What speaks against a plan, at places of the document that asks for it. */
export function* findingsOf(
  { master, draft }: Planning,
  check: RootCheck,
  plan: DeploymentPlan,
): Steps<readonly Finding[]> {
  // Whoever takes something back has no choice.
  if (check.restoring === true) return [];
  const open = master && [...master.agents()].filter((row) => closedBecause(row) === undefined);
  const { graph, target } = check;
  const found = yield* advise({
    plan,
    graph,
    appOf: (id) => target.app(id),
    partnerOf: partnersIn(draft, check, plan),
    ...(open && { pool: { open: open.length, known: new KnownValues(() => open) } }),
  });
  return found.map((each) => ({ ...each, path: `${placeOf(check, 'apps', each.id)}${each.path}` }));
}

/** Another app of the same deployment group, as the target has it. */
function partnersIn(
  { apps }: Planning['draft'],
  { target }: RootCheck,
  { changes }: DeploymentPlan,
): (app: AppDefinition) => PathId | undefined {
  let arriving: ReadonlyMap<string, readonly PathId[]> | undefined;
  const known = new Map<string, readonly PathId[]>();
  const membersOf = (group: string): readonly PathId[] => {
    // Hardly anybody is asked about, of ten thousand changes.
    arriving ??= byGroup(changes);
    const present = apps.by('deploymentGroup', group).map(({ id }) => id);
    const all = new Set([...present, ...(arriving.get(group) ?? [])]);
    return [...all].sort().filter((id) => {
      const app = target.app(id);
      return app !== undefined && deploymentGroupOf(app) === group;
    });
  };
  return (app) => {
    const group = deploymentGroupOf(app);
    if (group === undefined) return undefined;
    const members = known.get(group) ?? membersOf(group);
    known.set(group, members);
    return members.find((id) => id !== app.id);
  };
}

function byGroup(changes: DeploymentPlan['changes']): ReadonlyMap<string, readonly PathId[]> {
  const found = new Map<string, PathId[]>();
  for (const { id, after } of changes) {
    const group = after && deploymentGroupOf(after);
    if (group === undefined) continue;
    const others = found.get(group);
    if (others === undefined) found.set(group, [id]);
    else others.push(id);
  }
  return found;
}
