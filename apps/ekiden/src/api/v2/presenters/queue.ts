import { formatTimestamp, millis } from '@ekiden/kernel';
import { isPod } from '../../../core/app/index.js';
import {
  REFUSAL_REASONS,
  type QueueEntry,
  type QueuedAgent,
  type RefusalCounts,
} from '../../../core/matching/index.js';
import type { Shown, queueItem } from '../../schemas/index.js';
import { presentApp } from './app.js';
import { presentPod } from './pod.js';
import { presentTaskFailure } from './task.js';

export type QueueItem = Shown<typeof queueItem>;

/** `embeds`: `lastUnusedOffers` and `reasons` add what Marathon's clients do not ask for. */
export function presentQueueItem(entry: QueueEntry, embeds: ReadonlySet<string>): QueueItem {
  return {
    count: entry.count,
    role: entry.app.role,
    delay: entry.delay,
    since: formatTimestamp(entry.since),
    processedOffersSummary: {
      processedOffersCount: entry.processedOffers,
      unusedOffersCount: entry.unusedOffers,
      ...(entry.lastUnusedOfferAt === undefined
        ? {}
        : { lastUnusedOfferAt: formatTimestamp(entry.lastUnusedOfferAt) }),
      ...(entry.lastUsedOfferAt === undefined
        ? {}
        : { lastUsedOfferAt: formatTimestamp(entry.lastUsedOfferAt) }),
      rejectSummaryLastOffers: funnel(entry.lastRefusals, entry.lastOffers),
      rejectSummaryLaunchAttempt: funnel(entry.attemptRefusals, entry.processedOffers),
    },
    ...(embeds.has('lastUnusedOffers')
      ? { lastUnusedOffers: entry.agents.flatMap(presentUnusedOffer) }
      : {}),
    ...(embeds.has('reasons') ? { reasons: entry.reasons } : {}),
    ...(isPod(entry.app)
      ? { pod: presentPod(entry.app) }
      : {
          app: {
            ...presentApp(entry.app),
            // In a field that clients know of apps, as they may be strict about queue items.
            ...(entry.lastFailure === undefined
              ? {}
              : { lastTaskFailure: presentTaskFailure(entry.lastFailure) }),
          },
        }),
  };
}

/**
 * All ten reasons in order; each row has processed what the rows above it let through
 * (marathon-api 5.12).
 */
export function funnel(
  declined: RefusalCounts,
  offers: number,
): QueueItem['processedOffersSummary']['rejectSummaryLastOffers'] {
  let left = offers;
  return REFUSAL_REASONS.map((reason) => {
    const row = { reason, declined: declined[reason] ?? 0, processed: left };
    left -= row.declined;
    return row;
  });
}

function presentUnusedOffer(
  agent: QueuedAgent,
): readonly NonNullable<QueueItem['lastUnusedOffers']>[number][] {
  if (agent.offerId === undefined || agent.refusals.length === 0) return [];
  return [
    {
      offer: {
        id: agent.offerId,
        hostname: agent.hostname,
        agentId: agent.agentId,
        resources: agent.resources,
        attributes: agent.attributes,
      },
      reason: agent.refusals,
      timestamp: formatTimestamp(agent.offeredAt ?? millis(0)),
    },
  ];
}
