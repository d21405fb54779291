import { isBelow, type AppDefinition, type PathId } from '../app/index.js';
import { changeIn, claimOf, isPromoted, isRetired } from '../deployment/index.js';
import type { Instance, InstanceScope } from '../instance/index.js';
import {
  scopeIdOf,
  scopeGroupOf,
  tcpServicePorts,
  type ServiceDirectory,
} from '../traffic/index.js';
import type { Draft, TurnContext } from '../turn/index.js';

/**
 * The scope that an instance is started in, if its app lies in a group whose versions stand side by
 * side: ports of its own for what it depends on in that group, shared by all that are to find the
 * same generation (ADR 0047). An instance stays in its scope for good. Where the range of ports is
 * used up, or the dependency takes its service port itself, it finds it at the service port.
 */
export function scopeOf(
  context: Pick<TurnContext, 'draft' | 'settings'>,
  { app, instance }: { readonly app: AppDefinition; readonly instance: Instance },
  services: ServiceDirectory,
): InstanceScope | undefined {
  const { draft } = context;
  const group = claimedGroup(draft, app.id) ?? scopeGroupOf(app.id, draft.groups);
  if (group === undefined) return undefined;
  const near = services.dependenciesOf(app).filter(({ id }) => isBelow(id, group));
  if (near.length === 0) return undefined;
  const id = scopeIdFor(draft, { ...instance, appId: app.id }, group);
  const taken = new Set<number>();
  const ports = near.map(({ id: dependency }): [PathId, readonly number[]] => [
    dependency,
    portsIn(context, { id, dependency }, taken),
  ]);
  return { id, ports: Object.fromEntries(ports) };
}

/** Of a rollout that has the app as a twin, the group it is of. */
function claimedGroup(draft: Draft, app: PathId): PathId | undefined {
  const scope = claimOf(draft.deployments, app)?.planned.scope;
  return scope !== undefined && isBelow(app, scope) ? scope : undefined;
}

function scopeIdFor(draft: Draft, instance: Instance, group: PathId): string {
  const { appId, configVersion, generation } = instance;
  const claim = claimOf(draft.deployments, appId);
  if (claim !== undefined && claim.planned.scope === group) {
    const own = scopeIdOf(claim.deployment.id, group);
    // The command of a hook belongs to the new version.
    const isLive = generation === undefined;
    const isNext = instance.hook !== undefined || isPromoted(claim.progress) === isLive;
    if (instance.scope !== undefined) return instance.scope.id;
    return isNext ? own : (siblingScope(draft, instance) ?? `${own}:old`);
  }
  const joined = joinedRollout(draft, instance, group);
  if (joined !== undefined) return joined;
  if (instance.scope !== undefined) return instance.scope.id;
  const [sibling] = draft.instances
    .by('app', appId)
    .filter((each) => each.configVersion === configVersion && each.scope !== undefined);
  return sibling?.scope?.id ?? group;
}

/** What begins beside the twins of a rollout, or is replaced with them, belongs to their new scope. */
function joinedRollout(
  draft: Draft,
  { appId, configVersion }: Instance,
  group: PathId,
): string | undefined {
  const deployment = draft.runningDeploymentOf(appId);
  if (deployment === undefined) return undefined;
  if (draft.apps.get(appId)?.versionInfo.lastConfigChangeAt !== configVersion) return undefined;
  const index = (deployment.plan.rollouts ?? []).findIndex(({ scope }) => scope === group);
  const planned = deployment.plan.rollouts?.[index];
  const progress = deployment.rollouts?.[index];
  if (planned === undefined || (progress !== undefined && isRetired(progress))) return undefined;
  const begins = changeIn(deployment.plan, appId)?.before === undefined;
  if (!begins && !planned.replaced.includes(appId)) return undefined;
  return scopeIdOf(deployment.id, group);
}

/** Of another instance of the same generation. */
function siblingScope(draft: Draft, { appId, generation }: Instance): string | undefined {
  const rows = draft.instances.by(generation === undefined ? 'app' : 'beside', appId);
  return rows.find((each) => each.generation === generation && each.scope !== undefined)?.scope?.id;
}

/** Those of the scope already, or new ones; 0 where it is the service port. */
function portsIn(
  { draft, settings }: Pick<TurnContext, 'draft' | 'settings'>,
  { id, dependency }: { readonly id: string; readonly dependency: PathId },
  taken: Set<number>,
): readonly number[] {
  const app = draft.apps.get(dependency);
  if (app === undefined) return [];
  const known = draft.instances.by('reaches', dependency).find(({ scope }) => scope?.id === id)
    ?.scope?.ports[dependency];
  const ports: number[] = [];
  for (const { portIndex, isHostPort } of tcpServicePorts(app)) {
    while (ports.length < portIndex) ports.push(0);
    const port = isHostPort
      ? 0
      : (known?.[portIndex] ?? freePort(draft, settings.scopePorts, taken));
    taken.add(port);
    ports.push(port);
  }
  return ports;
}

function freePort(
  { apps, instances }: Draft,
  { min, max }: { readonly min: number; readonly max: number },
  taken: ReadonlySet<number>,
): number {
  for (let port = min; port <= max; port += 1) {
    const isUsed = instances.count('scopePort', `${port}`) > 0;
    if (!isUsed && !taken.has(port) && apps.by('servicePort', `${port}`).length === 0) return port;
  }
  return 0;
}
