import type { KillSelection, UpgradeStrategy } from '../../app/index.js';
import { byKillPreference, isTerminal, type Instance } from '../../instance/index.js';
import { minimumHealthy } from './rolling.js';

export interface ResidentView {
  readonly wanted: number;
  readonly configVersion: number;
  readonly strategy: UpgradeStrategy;
  readonly killSelection: KillSelection;
  /** Every instance, put away ones and those that are given up included. */
  readonly instances: readonly Instance[];
  readonly isHealthy: (instance: Instance) => boolean;
  /** Ids that are put away first when the app shrinks. */
  readonly sentenced: ReadonlySet<string>;
  /** Whether one is to be started again though its configuration is the wanted one; absent = none. */
  readonly isLeaving?: (instance: Instance) => boolean;
}

export interface ResidentTargets {
  /** Instances to create. */
  readonly start: number;
  /** Put away ones that are wanted again, with their data. */
  readonly resume: readonly Instance[];
  /** To be put away: the task ends, the reservation stays. */
  readonly putAway: readonly Instance[];
  /** To be stopped and started again where they are, from the new definition. */
  readonly replace: readonly Instance[];
}

/**
 * One look at an app whose instances keep data (marathon-behaviour 2.2, 2.5; VOL-04 to VOL-07,
 * VOL-17, VOL-22): they are replaced in place, so there are never more of them than wanted, and
 * those put away come back before any is made.
 */
export function residentTargets(view: ResidentView): ResidentTargets {
  const { wanted, instances, isHealthy, sentenced } = view;
  const kept = instances.filter(({ goal }) => goal === 'Running');
  const away = instances.filter(({ goal }) => goal === 'Stopped');
  if (kept.length < wanted) {
    // What is given up and lives on counts as long as it does.
    const going = instances.filter(
      ({ goal, condition }) => goal === 'Decommissioned' && !isTerminal(condition),
    );
    const missing = Math.max(0, wanted - kept.length - going.length);
    // Those at rest first; one that is still being stopped begins anew when it is over.
    const resume = [...away].sort((a, b) => rest(a) - rest(b)).slice(0, missing);
    const start = missing - resume.length;
    return { start, resume, putAway: [], replace: toReplace(view, kept) };
  }
  const order = byKillPreference(kept, view.killSelection, isHealthy);
  const ranked = [
    ...order.filter(({ id }) => sentenced.has(id)),
    ...order.filter(({ id }) => !sentenced.has(id)),
  ];
  const putAway = ranked.slice(0, kept.length - wanted);
  const left = kept.filter((instance) => !putAway.includes(instance));
  return { start: 0, resume: [], putAway, replace: toReplace(view, left) };
}

function rest({ condition }: Instance): number {
  return isTerminal(condition) || condition === 'Scheduled' ? 0 : 1;
}

/**
 * Those of an older configuration that may be stopped now: unhealthy ones lower nothing; of the
 * healthy ones as many as the promised minimum allows. Without any room one has to be missing for a
 * moment, whatever was promised.
 */
function toReplace(view: ResidentView, kept: readonly Instance[]): readonly Instance[] {
  const { wanted, strategy, configVersion, isHealthy } = view;
  const old = kept.filter(
    (instance) =>
      (instance.configVersion !== configVersion || view.isLeaving?.(instance) === true) &&
      instance.kill === undefined &&
      !isTerminal(instance.condition) &&
      instance.condition !== 'Scheduled',
  );
  if (old.length === 0) return [];
  const floor = Math.min(minimumHealthy(wanted, strategy), wanted - 1);
  let spare = kept.filter(isHealthy).length - floor;
  return byKillPreference(old, view.killSelection, isHealthy).filter((instance) => {
    if (!isHealthy(instance)) return true;
    if (spare <= 0) return false;
    spare -= 1;
    return true;
  });
}
