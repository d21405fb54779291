import { runSteps, type Millis, type Steps } from '@ekiden/kernel';
import { isPod, podObstacle, type AppDefinition, type PathId } from '../app/index.js';
import { launchDelayOf, type Instance, type LaunchDelay } from '../instance/index.js';
import { WAITING_MAX, type StateView } from '../turn/index.js';
import type { AskAllocator } from './ask-allocator.js';
import {
  agentsOf,
  hostsInSteps,
  judgeInSteps,
  type Judgement,
  type Placing,
  type Sight,
} from './judge-agents.js';
import { LongInquiry } from './long-inquiry.js';
import { shownAttribute, shownResource } from './offered-value.js';
import type { QueueEntry, QueuedAgent, RefusalReason } from './queue-entry.js';
import { reasonOf, sentenceOf } from './refusal.js';
import { KnownValues } from './surroundings.js';

/** Agents shown one by one per app; the counts are over all of them. */
const AGENTS_SHOWN = 100;

/**
 * Every app with instances that wait for a place, and why each agent does not take one more: the
 * same matching rules that place instances, asked of the committed state, and the allocator where
 * it can be asked.
 */
export function explainQueue(
  state: StateView,
  now: Millis,
  ask?: AskAllocator,
): readonly QueueEntry[] {
  return runSteps(entriesFor(() => ({ state, ask }), now));
}

/**
 * The same a little at a time, as a thousand apps asked about five thousand agents take seconds. What
 * is told of an app is of one state, the agents are judged as they are when their turn comes.
 */
export function inquireQueue(now: Millis): LongInquiry<readonly QueueEntry[]> {
  return new LongInquiry((sight) => entriesFor(sight, now));
}

function* entriesFor(sight: () => Sight, now: Millis): Steps<readonly QueueEntry[]> {
  const { state } = sight();
  const waiting = state.instances
    .valuesOf('scheduled')
    .filter((app) => state.instances.by('scheduled', app).some(isShown));
  if (waiting.length === 0) return [];
  const agents = agentsOf(state);
  yield;
  const hosts = yield* hostsInSteps(sight, agents);
  const knownValues = new KnownValues(() => agents);
  const entries: QueueEntry[] = [];
  for (const id of waiting) {
    const seen = sight().state;
    const app = seen.root.apps.get(id as PathId);
    const instances = seen.instances.by('scheduled', id).filter(isShown);
    // placed, or removed, since the first look
    if (app === undefined || instances.length === 0) continue;
    const told = factsOf({ state: seen, now }, app, instances);
    const how = { hosts, knownValues, wholeOf: AGENTS_SHOWN };
    const placing = yield* judgeInSteps(sight, app, how);
    entries.push(entryOf(told, placing, now));
    yield;
  }
  return entries;
}

/** What waits beside the live generation is told of by its deployment. */
function isShown({ goal, generation }: Instance): boolean {
  return goal === 'Running' && generation === undefined;
}

/** What an entry tells whatever the agents say. */
type Facts = Pick<
  QueueEntry,
  'app' | 'count' | 'delay' | 'lastFailure' | 'lastUsedOfferAt' | 'reasons' | 'since'
>;

/** What is wanted beyond the most that wait at a time. */
function notMadeYet({ instances }: StateView, app: AppDefinition, waiting: number): number {
  if (waiting < WAITING_MAX) return 0;
  return Math.max(0, app.instances - instances.count('app', app.id));
}

function factsOf(
  { state, now }: { readonly state: StateView; readonly now: Millis },
  app: AppDefinition,
  waiting: readonly Instance[],
): Facts {
  const delay = delayOf(state, app, waiting);
  const left = Math.max(0, (delay?.until ?? 0) - now);
  const lastFailure = state.taskFailures.get(app.id);
  let since = waiting[0]?.since ?? now;
  for (const one of waiting) if (one.since < since) ({ since } = one);
  return {
    app,
    ...(lastFailure === undefined ? {} : { lastFailure }),
    count: waiting.length + notMadeYet(state, app, waiting.length),
    since,
    delay: {
      timeLeftSeconds: Math.ceil(left / 1000),
      overdue: delay === undefined || delay.until + 1000 < now,
    },
    ...lastUse(state, app),
    reasons: reasonsOf(state, app, left),
  };
}

function entryOf(facts: Facts, { agents: judged, everywhere }: Placing, now: Millis): QueueEntry {
  const counts: Partial<Record<RefusalReason, number>> = {};
  let unused = 0;
  for (const { refusals } of judged) {
    const [refusal] = refusals;
    if (refusal === undefined) continue;
    unused += 1;
    const reason = reasonOf(refusal);
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  const shown = judged.slice(0, AGENTS_SHOWN);
  return {
    ...facts,
    processedOffers: judged.length,
    unusedOffers: unused,
    ...(unused > 0 ? { lastUnusedOfferAt: now } : {}),
    lastOffers: judged.length,
    lastRefusals: counts,
    attemptRefusals: counts,
    reasons: [...facts.reasons, ...(everywhere === undefined ? [] : [everywhere.message])],
    // most who ask for the queue do not ask for these
    get agents() {
      return shown.map((each) => queuedAgent(each, now));
    },
  };
}

/** When an instance of this configuration was last given a place. */
function lastUse(state: StateView, app: AppDefinition): Pick<QueueEntry, 'lastUsedOfferAt'> {
  const config = app.versionInfo.lastConfigChangeAt;
  let last: Millis | undefined;
  for (const { configVersion, task } of state.instances.by('app', app.id)) {
    if (task === undefined || configVersion !== config) continue;
    if (last === undefined || task.stagedAt > last) last = task.stagedAt;
  }
  return last === undefined ? {} : { lastUsedOfferAt: last };
}

/** What all that wait have to wait out; none when one of them could be launched now. */
function delayOf(
  state: StateView,
  app: AppDefinition,
  waiting: readonly Instance[],
): LaunchDelay | undefined {
  if (state.launchDelays.by('app', app.id).length === 0) return undefined;
  const delays = waiting.map((instance) => launchDelayOf(state, instance, app));
  return delays.includes(undefined) ? undefined : delays[0];
}

function reasonsOf(state: StateView, app: AppDefinition, delayLeft: number): string[] {
  const obstacle = isPod(app) ? podObstacle(app) : undefined;
  const reasons: string[] = obstacle === undefined ? [] : [`no host can run this pod: ${obstacle}`];
  const frozen = state.frozen.get(app.id);
  if (frozen !== undefined) reasons.push(`set aside after an internal fault: ${frozen}`);
  const failure = state.taskFailures.get(app.id);
  if (delayLeft > 0) {
    const after = failure === undefined ? 'a failure' : `a failure (${failure.message})`;
    reasons.push(`launch delayed for ${Math.ceil(delayLeft / 1000)} s more after ${after}`);
  } else if (failure !== undefined && failure.version >= app.versionInfo.lastConfigChangeAt) {
    reasons.push(`the last task failed: ${failure.message}`);
  }
  if (state.master.state.agents.size === 0) reasons.push('no agent has registered yet');
  return reasons;
}

function queuedAgent({ row, free, refusals }: Judgement, now: Millis): QueuedAgent {
  return {
    agentId: row.id,
    hostname: row.hostname,
    // Not a past offer: what the agent would offer now, asked the same questions.
    offerId: `${row.id}-now`,
    offeredAt: now,
    refusals: refusals.map(reasonOf),
    sentences: refusals.map(sentenceOf),
    resources: free.map(shownResource),
    attributes: row.attributes.map(shownAttribute),
  };
}
