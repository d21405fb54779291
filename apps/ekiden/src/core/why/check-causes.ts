import { formatTimestamp, millis, seconds, type Millis } from '@ekiden/kernel';
import type { AppDefinition, HealthCheck } from '../app/index.js';
import { isHealthyAndReady, type Instance } from '../instance/index.js';
import type { StateView } from '../turn/index.js';
import type { Inquiry } from './inquiry.js';
import { counted } from './phrases.js';
import { definitionOf, presentOnes } from './present-ones.js';
import type { Cause } from './report.js';

/**
 * Health and readiness checks that running instances do not pass, check by check. Those of an older
 * version have checks of their own, and are told of as a whole.
 */
export function checkCauses({ state, now }: Inquiry, app: AppDefinition): readonly Cause[] {
  const running = presentOnes(state, app).filter(
    ({ condition, goal }) => condition === 'Running' && goal === 'Running',
  );
  const config = app.versionInfo.lastConfigChangeAt;
  const fresh = running.filter(({ configVersion }) => configVersion === config);
  const old = running.filter(({ configVersion }) => configVersion !== config);
  const ofAll = `of ${counted(fresh.length, old.length === 0 ? 'instance' : 'new instance')}`;
  return [
    ...app.healthChecks.flatMap((check, index) => [
      ...failing(check, fresh, { index, ofAll }),
      ...unanswered(check, fresh, { index, ofAll, now }),
    ]),
    ...notReady(app, fresh, ofAll),
    ...oldOnes(state, old),
  ];
}

interface Place {
  /** Of the check in the definition. */
  readonly index: number;
  /** `of 5 instances` */
  readonly ofAll: string;
}

function failing(
  check: HealthCheck,
  running: readonly Instance[],
  { index, ofAll }: Place,
): readonly Cause[] {
  const found = running.flatMap(({ task }) => {
    const result = task?.health?.[index];
    return result !== undefined && !result.alive && result.lastFailure !== undefined
      ? [result]
      : [];
  });
  if (found.length === 0) return [];
  const cause = found.map(({ lastFailureCause }) => lastFailureCause).find((text) => text);
  const why = cause === undefined ? '' : `: ${cause}`;
  const fails = found.length === 1 ? 'fails' : 'fail';
  const message = `${found.length} ${ofAll} ${fails} the health check ${checkText(check)}${why}`;
  return [{ kind: 'health', message }];
}

/** Nothing that counts has been heard of them yet. */
function unanswered(
  check: HealthCheck,
  running: readonly Instance[],
  { index, ofAll, now }: Place & { readonly now: Millis },
): readonly Cause[] {
  const waiting = running.filter(({ task }) => {
    const result = task?.health?.[index];
    return result === undefined || (!result.alive && result.lastFailure === undefined);
  });
  if (waiting.length === 0) return [];
  const has = waiting.length === 1 ? 'has' : 'have';
  const what = `${waiting.length} ${ofAll} ${has} not passed the health check ${checkText(check)} yet`;
  const grace = seconds(check.gracePeriodSeconds);
  const ends = waiting.map(({ task, since }) => (task?.startedAt ?? since) + grace);
  const until = millis(Math.max(...ends));
  if (until <= now) return [{ kind: 'health', message: what }];
  const message = `${what}; failures do not count until ${formatTimestamp(until)} (gracePeriodSeconds)`;
  return [{ kind: 'health', message, until }];
}

function notReady(
  { readinessChecks }: AppDefinition,
  running: readonly Instance[],
  ofAll: string,
): readonly Cause[] {
  return readinessChecks.flatMap(({ name, protocol, path }, index): readonly Cause[] => {
    const behind = running.filter(({ task }) => task?.readiness?.[index]?.ready !== true).length;
    if (behind === 0) return [];
    const is = behind === 1 ? 'is' : 'are';
    const message = `${behind} ${ofAll} ${is} not ready by the check ${name} (${protocol} ${path})`;
    return [{ kind: 'readiness', message }];
  });
}

function oldOnes(state: StateView, old: readonly Instance[]): readonly Cause[] {
  const ill = old.filter((one) => !isHealthyAndReady(one, definitionOf(state, one))).length;
  if (ill === 0) return [];
  const is = ill === 1 ? 'is' : 'are';
  const message = `${ill} of ${counted(old.length, 'old instance')} ${is} not healthy and ready either`;
  return [{ kind: 'health', message }];
}

/** `HTTP /health`, `TCP`, `COMMAND`. */
function checkText({ protocol, path }: HealthCheck): string {
  return path === undefined ? protocol : `${protocol} ${path}`;
}
