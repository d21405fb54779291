import type { Millis, TaskId } from '@ekiden/kernel';
import type { Hook, HookMoment, PathId } from '../app/index.js';

/** One hook of a deployment, once it is or was under way; kept with the deployment. */
export interface HookRun {
  /** Unique in its deployment: `<scope>#<index>`, of one instance with `@<app>:<slot>` behind. */
  readonly key: string;
  /** The app or group whose `rollout` brings the hook. */
  readonly scope: PathId;
  /** The app it concerns; a command runs from this one's definition. */
  readonly app: PathId;
  readonly at: HookMoment;
  readonly kind: 'http' | 'command';
  /** Of the instance it concerns, in `serial`. */
  readonly slot?: number;
  /** `again`: it failed, and is to be tried once more. */
  readonly state: 'running' | 'succeeded' | 'failed' | 'again';
  /** How often it has been begun, from 1. */
  readonly attempt: number;
  readonly startedAt: Millis;
  readonly finishedAt?: Millis;
  /** Of a command, once it has a place. */
  readonly taskId?: TaskId;
  /** How it ended, one sentence. */
  readonly reason?: string;
  /** The last it wrote or answered, bounded; absent = not read yet, or not kept any more. */
  readonly output?: string;
}

/** A moment at which hooks may have to run. */
export interface HookPoint {
  readonly scope: PathId;
  readonly hooks: readonly Hook[];
  readonly at: HookMoment;
  readonly app: PathId;
  /** In `serial`: hooks run for each instance. */
  readonly slot?: number;
  /** Failures are noted and no more: nothing is taken back twice. */
  readonly lenient?: boolean;
}

export type HookVerdict =
  /** All of them have run, or there are none. */
  | { readonly kind: 'done' }
  | { readonly kind: 'waiting'; readonly run: HookRun }
  /** One that may not fail has. */
  | { readonly kind: 'failed'; readonly run: HookRun }
  /** The next one is to be begun. */
  | { readonly kind: 'due'; readonly hook: Hook; readonly key: string; readonly attempt: number };

/** How far the hooks of a moment are: they run one after the other, in the order they are written in. */
export function hooksOf(runs: readonly HookRun[], point: HookPoint): HookVerdict {
  for (const [index, hook] of point.hooks.entries()) {
    if (hook.at !== point.at) continue;
    const key = hookKey(point, index);
    const known = runs.find((one) => one.key === key);
    // Where the rollout was written anew, it may be of another hook that stood in this place.
    const run = known?.at === point.at ? known : undefined;
    if (run === undefined || run.state === 'again') {
      const other = known?.state === 'running' ? known : underWay(runs, point);
      if (other !== undefined) return { kind: 'waiting', run: other };
      return { kind: 'due', hook, key, attempt: (known?.attempt ?? 0) + 1 };
    }
    if (run.state === 'running') return { kind: 'waiting', run };
    const matters = hook.onFailure === 'abort' && point.lenient !== true;
    if (run.state === 'failed' && matters) return { kind: 'failed', run };
  }
  return { kind: 'done' };
}

/** One of this moment that runs: also one that is not written there any more. */
function underWay(
  runs: readonly HookRun[],
  { scope, at, app, slot }: HookPoint,
): HookRun | undefined {
  return runs.find(
    (one) =>
      one.state === 'running' &&
      one.scope === scope &&
      one.at === at &&
      one.slot === slot &&
      (slot === undefined || one.app === app),
  );
}

function hookKey({ scope, app, slot }: HookPoint, index: number): string {
  return slot === undefined ? `${scope}#${index}` : `${scope}#${index}@${app}:${slot}`;
}

/** The hook that a run is of, as it is written today; `undefined` = it is not written any more. */
export function hookOfRun(hooks: readonly Hook[], { key, at }: HookRun): Hook | undefined {
  const hook = hooks[Number(/#(\d+)/.exec(key)?.[1])];
  return hook?.at === at ? hook : undefined;
}

/** Outputs kept of one deployment: the newest, and those of failures. */
const OUTPUTS_KEPT = 20;

/** The runs with one more or one that has changed, and no more output than is kept. */
export function withRun(runs: readonly HookRun[], run: HookRun): readonly HookRun[] {
  const known = runs.some(({ key }) => key === run.key);
  const next = known ? runs.map((one) => (one.key === run.key ? run : one)) : [...runs, run];
  const held = next.filter(({ output, state }) => output !== undefined && state === 'succeeded');
  const spare = new Set(held.slice(0, Math.max(0, held.length - OUTPUTS_KEPT)));
  return next.map((one) => (spare.has(one) ? { ...one, output: '' } : one));
}

/** Whether something outside has to be done for a hook: a call, or output to be read. */
export function needsHands({ kind, state, finishedAt, output, taskId }: HookRun): boolean {
  if (kind === 'http') return state === 'running';
  return finishedAt !== undefined && output === undefined && taskId !== undefined;
}
