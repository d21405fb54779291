import type { Millis, Overlay } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import { isTerminal } from './conditions.js';
import type { Generation, Instance, InstanceId } from './instance.js';

/** What an instance counts for when its app is looked at as a whole. */
type Standing =
  /** Its task ended, or it is replaced already because its host is lost. */
  | 'over'
  /** It shall go, and is not gone. */
  | 'going'
  /** It shall stay, and does not work: waiting, starting, out of reach, about to be killed. */
  | 'coming'
  /** It runs; whether that is enough depends on the app having health checks. */
  | 'running'
  /** It runs and its checks say that it is well. */
  | 'well';

function standingOf({ condition, goal, kill, task }: Instance): Standing {
  if (isTerminal(condition) || condition === 'UnreachableInactive') return 'over';
  if (goal !== 'Running') return 'going';
  if (condition !== 'Running' || kill !== undefined) return 'coming';
  return task?.healthy === true ? 'well' : 'running';
}

const NONE: readonly string[] = [];

/** The values of what was asked for last: rows of one app are mostly changed one after the other. */
let last = {
  appId: '' as PathId,
  config: 0 as Millis,
  generation: undefined as Generation | undefined,
  values: {} as Partial<Record<Standing, readonly string[]>>,
};

/** The tally `standing` of the table of instances: one value for each. */
export function standingTally(instance: Instance): readonly string[] {
  const { appId, configVersion: config, generation } = instance;
  if (last.appId !== appId || last.config !== config || last.generation !== generation) {
    last = { appId, config, generation, values: {} };
  }
  const standing = standingOf(instance);
  return (last.values[standing] ??= [standingKey(appId, { config, generation }, standing)]);
}

/** The tally `waiting`: by the definition an instance waits to be started from. */
export function waitingTally({ appId, appVersion, condition }: Instance): readonly string[] {
  return condition === 'Scheduled' ? [waitingKey(appId, appVersion)] : NONE;
}

/** How many instances an app has, counted and not gone through. */
export interface InstanceSums {
  /** All that are not over. */
  readonly alive: number;
  /** What shall stay of them. */
  readonly kept: number;
  /** What works of those. */
  readonly healthy: number;
}

export type CountedInstances = Pick<Overlay<InstanceId, Instance>, 'count' | 'tally'>;

/**
 * The sums of an app whose instances are all of one configuration; `undefined` while some are of
 * another. `hasChecks`: whether that configuration has health checks. `generation`: those beside
 * the live one instead.
 */
export function sumsOfOneConfig(
  instances: CountedInstances,
  app: PathId,
  { hasChecks, ...part }: Part & { readonly hasChecks: boolean },
): InstanceSums | undefined {
  const count = (standing: Standing): number =>
    instances.tally('standing', standingKey(app, part, standing));
  const well = count('well');
  const running = count('running');
  const kept = well + running + count('coming');
  const alive = kept + count('going');
  const all = instances.count(part.generation === undefined ? 'app' : 'beside', app);
  if (alive + count('over') !== all) return undefined;
  return { alive, kept, healthy: hasChecks ? well : well + running };
}

/** How many of one configuration and generation work, whatever else there is. */
export function sumsServing(
  instances: CountedInstances,
  app: PathId,
  { hasChecks, ...part }: Part & { readonly hasChecks: boolean },
): number {
  const count = (standing: Standing): number =>
    instances.tally('standing', standingKey(app, part, standing));
  return hasChecks ? count('well') : count('well') + count('running');
}

/** Whether every instance of an app that waits will start from this version of it. */
export function allWaitFor(instances: CountedInstances, app: PathId, version: Millis): boolean {
  return instances.tally('waiting', waitingKey(app, version)) === instances.count('scheduled', app);
}

interface Part {
  readonly config: Millis;
  /** Absent = live. */
  readonly generation?: Generation | undefined;
}

function standingKey(app: PathId, { config, generation }: Part, standing: Standing): string {
  return `${app}@${config} ${generation ?? 'live'} ${standing}`;
}

function waitingKey(app: PathId, version: Millis): string {
  return `${app}@${version}`;
}
