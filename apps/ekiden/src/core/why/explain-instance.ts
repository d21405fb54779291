import { formatTimestamp, type Millis, type Steps } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import {
  isHealthyAndReady,
  isTerminal,
  type Instance,
  type KillReason,
} from '../instance/index.js';
import { appVersionKey } from '../turn/index.js';
import { explainApp, sorted } from './explain-app.js';
import type { Inquiry } from './inquiry.js';
import { duration } from './phrases.js';
import type { Cause, CauseKind, InstanceReport } from './report.js';

/** Why one instance is not running and healthy; `id` = the one asked for, of it or of its task. */
export function* explainInstance(
  inquiry: Inquiry,
  instance: Instance,
  asked: { readonly kind: 'instance' | 'task'; readonly id: string },
): Steps<InstanceReport> {
  const { state } = inquiry;
  const app =
    state.appVersions.get(appVersionKey(instance.appId, instance.appVersion)) ??
    state.root.apps.get(instance.appId);
  const base = { ...asked, app: instance.appId };
  if (instance.condition === 'Scheduled' && app !== undefined) {
    const { causes, placement, lastFailure } = yield* explainApp(inquiry, app);
    const [first] = causes.filter(({ kind }) => WAITING.has(kind));
    const why = first === undefined ? '' : `: ${first.message}`;
    return {
      ...base,
      summary: `it waits to be placed since ${formatTimestamp(instance.since)}${why}`,
      causes: causes.filter(({ kind }) => WAITING.has(kind)),
      ...(placement === undefined ? {} : { placement }),
      ...(lastFailure === undefined ? {} : { lastFailure }),
    };
  }
  const causes = sorted([
    ...stoppingCauses(instance, inquiry.now),
    ...(app === undefined ? [] : checkCauses(app, instance)),
    ...lostCauses(app, instance),
  ]);
  const failure = state.taskFailures.get(instance.appId);
  const isOwn = failure !== undefined && failure.taskId === instance.task?.id;
  return {
    ...base,
    summary: summaryOf(app, instance, causes),
    causes,
    ...(isOwn ? { lastFailure: failure } : {}),
  };
}

/** What keeps instances of an app from being placed. */
const WAITING: ReadonlySet<CauseKind> = new Set([
  'fault',
  'volume',
  'dependency',
  'backoff',
  'quota',
  'placement',
  'preemption',
  'failure',
] as const);

function summaryOf(
  app: AppDefinition | undefined,
  instance: Instance,
  causes: readonly Cause[],
): string {
  const { condition, task, since } = instance;
  const where = task === undefined ? '' : ` on ${task.host}`;
  const when = `since ${formatTimestamp(since)}`;
  const [first] = causes;
  if (first !== undefined) return `it is ${condition}${where} ${when}: ${first.message}`;
  if (!isHealthyAndReady(instance, app)) return `it is ${condition}${where} ${when}`;
  const checked = (app?.healthChecks.length ?? 0) > 0;
  return `it runs${where} ${when}${checked ? ' and is healthy' : ''}`;
}

const KILLED_FOR: Readonly<Record<KillReason, string>> = {
  scaling: 'there are more instances than wanted',
  upgrading: 'a newer configuration replaces it',
  deletingApp: 'its app is removed',
  userRequest: 'somebody asked for it',
  unhealthy: 'it failed its health checks',
  stagingTooLong: 'it took too long to start',
  notConfirmed: 'its host did not confirm what was reserved for it',
  preempted: 'an app of a higher priority needs its place',
  outgrown: 'its data has outgrown its volume',
  draining: 'its agent is drained',
  dependencyLost: 'it ran without something that it depends on, which is back',
  hookOverdue: 'the time of its hook is over',
  orphaned: 'nothing owns it any more',
};

function stoppingCauses({ kill, condition }: Instance, now: Millis): readonly Cause[] {
  if (kill === undefined || isTerminal(condition)) return [];
  const message = `it was told to stop ${duration(now - kill.since)} ago, as ${KILLED_FOR[kill.reason]}`;
  return [{ kind: 'stopping', message, since: kill.since }];
}

function checkCauses(app: AppDefinition, { task, condition }: Instance): readonly Cause[] {
  if (condition !== 'Running') return [];
  const health = app.healthChecks.flatMap(({ protocol, path = '' }, index): readonly Cause[] => {
    const result = task?.health?.[index];
    const check = `${protocol} ${path}`.trimEnd();
    if (result === undefined) {
      return [{ kind: 'health', message: `the health check ${check} has not answered yet` }];
    }
    if (result.alive) return [];
    const times = `${result.consecutiveFailures} times in a row`;
    const why = result.lastFailureCause === undefined ? '' : `: ${result.lastFailureCause}`;
    return [{ kind: 'health', message: `the health check ${check} fails (${times})${why}` }];
  });
  const readiness = app.readinessChecks.flatMap(({ name }, index): readonly Cause[] => {
    if (task?.readiness?.[index]?.ready === true) return [];
    return [{ kind: 'readiness', message: `it is not ready by the check ${name}` }];
  });
  return [...health, ...readiness];
}

function lostCauses(
  app: AppDefinition | undefined,
  { task, condition }: Instance,
): readonly Cause[] {
  const since = task?.unreachableSince;
  if (since === undefined || isTerminal(condition)) return [];
  const strategy = app?.unreachableStrategy;
  const then =
    strategy === undefined || strategy === 'disabled'
      ? 'it is never replaced, as unreachableStrategy is disabled'
      : `it is replaced ${duration(strategy.inactiveAfterSeconds * 1000)} after that`;
  return [{ kind: 'unreachable', message: `its agent is out of reach; ${then}`, since }];
}
