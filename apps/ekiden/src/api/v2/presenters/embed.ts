/** What can be added to an app in an answer (marathon-api 4.1.1). */
export type Embed =
  | 'tasks'
  | 'counts'
  | 'deployments'
  | 'readiness'
  | 'lastTaskFailure'
  | 'taskStats'
  /** Ours: older clients fail on fields they do not know (rollouts.md, Generations). */
  | 'rollout'
  /** Tasks of every generation, each with its own; by `?generation=all`, not by `embed`. */
  | 'generations';

const ADDED_BY: Readonly<Record<string, readonly Embed[]>> = {
  tasks: ['tasks', 'deployments'],
  counts: ['counts'],
  deployments: ['deployments'],
  readiness: ['readiness'],
  lastTaskFailure: ['lastTaskFailure'],
  failures: ['tasks', 'lastTaskFailure', 'deployments'],
  taskStats: ['taskStats'],
  rollout: ['rollout'],
};

const PREFIX = /^(?:group\.)?(?:app|pod)s?\./;

/** Always added to a list of apps. */
export const LIST_EMBEDS: readonly Embed[] = ['counts', 'deployments'];

/** Always added to a single app. */
export const APP_EMBEDS: readonly Embed[] = ['counts', 'deployments', 'tasks', 'lastTaskFailure'];

/** The `embed` values of a request and what is always there; unknown values are ignored. */
export function embedsOf(asked: readonly string[], always: readonly Embed[]): ReadonlySet<Embed> {
  const added = asked.flatMap((value) => {
    const name = value.replace(PREFIX, '');
    return Object.hasOwn(ADDED_BY, name) ? (ADDED_BY[name] ?? []) : [];
  });
  return new Set([...always, ...added]);
}
