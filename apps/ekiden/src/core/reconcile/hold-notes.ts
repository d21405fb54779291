import { formatTimestamp } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import { causeToReplace } from '../health/index.js';
import type { Instance } from '../instance/index.js';
import { appVersionKey, type StateView } from '../turn/index.js';

/** Instances that are named; of more there is only the number. */
const NAMED_MAX = 5;

/**
 * Instances of an app that their checks have given up, why, and what their replacement waits for,
 * one sentence each; none while all are well.
 */
export function holdNotes(view: StateView, app: PathId): readonly string[] {
  const holds = view.healthHolds.by('app', app).map(({ reason, until }) => {
    const when = formatTimestamp(until);
    return `${reason}: none is replaced for its health before ${when}, as the fault may lie elsewhere`;
  });
  const restless = view.instances.by('restless', app);
  const replacedBy = new Map(restless.map((instance) => [instance.replaces, instance]));
  const failing = restless.flatMap((instance): readonly string[] => {
    const cause = causeIn(view, instance);
    if (cause === undefined || instance.task === undefined) return [];
    const step = nextStep(instance, replacedBy.get(instance.id), holds.length > 0);
    return [`task ${instance.task.id} fails its health check (${cause}): ${step}`];
  });
  const more = failing.length - NAMED_MAX;
  return [
    ...holds,
    ...failing.slice(0, NAMED_MAX),
    ...(more > 0 ? [`${more} more fail their health checks`] : []),
  ];
}

function causeIn({ appVersions }: StateView, instance: Instance): string | undefined {
  if (instance.condition !== 'Running') return undefined;
  const definition = appVersions.get(appVersionKey(instance.appId, instance.appVersion));
  return definition && causeToReplace(instance.task?.health, definition);
}

function nextStep({ kill }: Instance, newcomer: Instance | undefined, isHeld: boolean): string {
  if (kill !== undefined) return 'it is being killed';
  if (newcomer?.condition === 'Scheduled') return 'its replacement waits for a place beside it';
  if (newcomer !== undefined) return `it is killed when instance ${newcomer.id} is healthy`;
  return isHeld
    ? 'it is not replaced yet'
    : 'it is replaced when those before it are, as only so many may be missing at once';
}
