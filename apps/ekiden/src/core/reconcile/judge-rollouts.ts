import type { Millis } from '@ekiden/kernel';
import type { Rollout } from '../app/index.js';
import {
  figuresAt,
  isJudged,
  judgeTraffic,
  trafficKey,
  watchedOf,
  type Counts,
  type Deployment,
  type Judgement,
  type TrafficRecord,
  type Watched,
} from '../deployment/index.js';

/** Where what routers have counted is found. */
export interface Counted {
  readonly traffic: { get(key: string): TrafficRecord | undefined };
}

/** What is to be thought of the new version of a rollout by what routers have counted lately. */
export function judgementOf({ traffic }: Counted, watched: Watched, now: Millis): Judgement {
  const { bounds, deployment, planned } = watched;
  if (!isJudged(watched)) return { kind: 'unjudged', because: 'it is given nothing yet' };
  const record = traffic.get(trafficKey(deployment.id, planned.scope));
  if (record === undefined) return { kind: 'unjudged', because: 'nothing has been counted yet' };
  if (record.missing !== undefined) return { kind: 'unjudged', because: record.missing };
  const { windowSeconds } = bounds;
  return judgeTraffic(bounds, figuresAt(record, { now, windowSeconds }));
}

/** The first rollout of a running deployment that is bad for what comes to it. */
export function misbehaving(
  counted: Counted,
  deployment: Deployment,
  now: Millis,
): { readonly reason: string; readonly then: Rollout['onFailure'] } | undefined {
  for (const watched of watchedOf(deployment)) {
    const judgement = judgementOf(counted, watched, now);
    if (judgement.kind !== 'bad') continue;
    const { scope, settings } = watched.planned;
    return { reason: `${scope}: ${judgement.reason}`, then: settings.onFailure };
  }
  return undefined;
}

/** A rollout that has been promoted and should not have been. */
export interface FailingHold {
  /** Which of the deployment's. */
  readonly index: number;
  readonly reason: string;
  readonly then: Rollout['onFailure'];
}

/** The same of a deployment that has succeeded and keeps the old version warm. */
export function failingHold(
  counted: Counted,
  deployment: Deployment,
  now: Millis,
): FailingHold | undefined {
  if (deployment.status !== 'succeeded') return undefined;
  for (const watched of watchedOf(deployment)) {
    const judgement = judgementOf(counted, watched, now);
    if (judgement.kind !== 'bad') continue;
    const { index, planned } = watched;
    const { onFailure: then } = planned.settings;
    return { index, reason: `${planned.scope}: ${judgement.reason}`, then };
  }
  return undefined;
}

/** What was counted of both versions, and what is thought of it. */
export interface TrafficNote {
  readonly windowSeconds: number;
  readonly old: Counts;
  readonly next: Counts;
  readonly judgement: Judgement;
}

/** For people: of the rollout at this place of a deployment; `undefined` where nothing is counted. */
export function trafficNote(
  counted: Counted,
  deployment: Deployment,
  { index, now }: { readonly index: number; readonly now: Millis },
): TrafficNote | undefined {
  const watched = watchedOf(deployment).find((one) => one.index === index);
  if (watched === undefined) return undefined;
  const record = counted.traffic.get(trafficKey(deployment.id, watched.planned.scope));
  if (record === undefined) return undefined;
  const { windowSeconds } = watched.bounds;
  return {
    windowSeconds,
    ...figuresAt(record, { now, windowSeconds }),
    judgement: judgementOf(counted, watched, now),
  };
}
