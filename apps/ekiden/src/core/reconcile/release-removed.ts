import type { PathId } from '../app/index.js';
import type { Deployment } from '../deployment/index.js';
import type { Demand } from '../matching/index.js';
import type { TurnContext } from '../turn/index.js';
import { usersOf } from './removed-users.js';
import { roomFor, runs } from './room-for.js';

/**
 * Lets removed apps stop ahead of their turn where an app of the same deployment waits for the room
 * they take (ADR 0055). They stop last because what survives used them; once nothing of an older
 * version of that runs any more nobody does, and waiting on would be for ever. Returns whether room
 * is made by that.
 */
export function releaseRemoved(
  context: TurnContext,
  deployment: Deployment,
  { demand, late }: { readonly demand: Demand; readonly late: readonly PathId[] },
): boolean {
  // What has been let go makes room soon: one look after the other.
  if (late.some((id) => deployment.ahead?.[id] !== undefined && isLeft(context, id))) return true;
  const free = late.filter((id) => usersOf(context.draft, deployment, id).length === 0);
  const leavers = free.map((id) => ({
    what: id,
    instances: context.draft.instances.by('app', id),
  }));
  const apps = roomFor(context, demand, leavers);
  release(context, deployment, apps);
  return apps.length > 0;
}

function isLeft({ draft }: TurnContext, app: PathId): boolean {
  return draft.instances.by('app', app).some(runs);
}

function release(context: TurnContext, deployment: Deployment, apps: readonly PathId[]): void {
  if (apps.length === 0) return;
  const { draft, now } = context;
  const gone = apps.map((id) => [id, now] as const);
  const ahead = Object.fromEntries(
    [...Object.entries(deployment.ahead ?? {}), ...gone].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  draft.deployments.put(deployment.id, { ...deployment, ahead, progressAt: now });
  for (const id of apps) draft.dirty.add(id);
}
