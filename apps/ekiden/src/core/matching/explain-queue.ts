import type { Millis } from '@ekiden/kernel';
import { isPod, podObstacle, type AppDefinition, type PathId } from '../app/index.js';
import { launchDelayOf, type Instance, type LaunchDelay } from '../instance/index.js';
import type { StateView } from '../turn/index.js';
import type { AskAllocator } from './ask-allocator.js';
import { hostsOf, judgeAgents, type Host, type Judgement } from './judge-agents.js';
import { shownAttribute, shownResource } from './offered-value.js';
import type { QueueEntry, QueuedAgent, RefusalReason } from './queue-entry.js';
import { reasonOf, sentenceOf } from './refusal.js';

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
  const waiting = new Map<PathId, readonly Instance[]>();
  for (const app of state.instances.valuesOf('scheduled')) {
    const wanted = state.instances.by('scheduled', app).filter(isShown);
    if (wanted.length > 0) waiting.set(app as PathId, wanted);
  }
  const hosts = waiting.size === 0 ? [] : hostsOf(state);
  return [...waiting].flatMap(([id, instances]) => {
    const app = state.root.apps.get(id);
    return app === undefined ? [] : [entryFor({ state, hosts, now, ask }, app, instances)];
  });
}

/** What waits beside the live generation is told of by its deployment. */
function isShown({ goal, generation }: Instance): boolean {
  return goal === 'Running' && generation === undefined;
}

interface Inquiry {
  readonly state: StateView;
  readonly hosts: readonly Host[];
  readonly now: Millis;
  readonly ask: AskAllocator | undefined;
}

function entryFor(inquiry: Inquiry, app: AppDefinition, waiting: readonly Instance[]): QueueEntry {
  const { state, hosts, now } = inquiry;
  const delay = delayOf(state, app, waiting);
  const left = Math.max(0, (delay?.until ?? 0) - now);
  const placing = judgeAgents(state, app, { hosts, ask: inquiry.ask });
  const judged = placing.agents;
  const counts: Partial<Record<RefusalReason, number>> = {};
  for (const { refusals } of judged) {
    const [refusal] = refusals;
    if (refusal === undefined) continue;
    const reason = reasonOf(refusal);
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  const unused = judged.filter(({ refusals }) => refusals.length > 0).length;
  const lastFailure = state.taskFailures.get(app.id);
  return {
    app,
    ...(lastFailure === undefined ? {} : { lastFailure }),
    count: waiting.length,
    since: Math.min(...waiting.map((i) => i.since)) as Millis,
    delay: {
      timeLeftSeconds: Math.ceil(left / 1000),
      overdue: delay === undefined || delay.until + 1000 < now,
    },
    processedOffers: judged.length,
    unusedOffers: unused,
    ...(unused > 0 ? { lastUnusedOfferAt: now } : {}),
    ...lastUse(state, app),
    lastOffers: judged.length,
    lastRefusals: counts,
    attemptRefusals: counts,
    reasons: [
      ...reasonsOf(state, app, left),
      ...(placing.everywhere === undefined ? [] : [placing.everywhere.message]),
    ],
    agents: judged.slice(0, AGENTS_SHOWN).map((each) => queuedAgent(each, now)),
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
