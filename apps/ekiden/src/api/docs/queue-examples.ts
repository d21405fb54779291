import { REFUSAL_REASONS } from '../../core/matching/index.js';
import { STORED_APP, TOO_BIG_APP } from './examples.js';

const { portDefinitions: _none, ...STORED } = STORED_APP;

/** Two offers, both refused for their cpus. */
const FUNNEL = REFUSAL_REASONS.map((reason, index) => ({
  reason,
  declined: reason === 'InsufficientCpus' ? 2 : 0,
  processed: index <= REFUSAL_REASONS.indexOf('InsufficientCpus') ? 2 : 0,
}));

const SINCE = '2021-03-04T05:06:07.500Z';

export const QUEUE = {
  queue: [
    {
      count: 1,
      role: '*',
      delay: { timeLeftSeconds: 0, overdue: true },
      since: SINCE,
      processedOffersSummary: {
        processedOffersCount: 2,
        unusedOffersCount: 2,
        lastUnusedOfferAt: SINCE,
        rejectSummaryLastOffers: FUNNEL,
        rejectSummaryLaunchAttempt: FUNNEL,
      },
      app: { ...STORED, ...TOO_BIG_APP, instances: 1, mem: 128 },
    },
  ],
};
