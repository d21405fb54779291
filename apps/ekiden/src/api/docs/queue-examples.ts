import { STORED_APP, TOO_BIG_APP } from './examples.js';

const { portDefinitions: _none, ...STORED } = STORED_APP;

const REASONS = [
  'UnfulfilledRole',
  'UnfulfilledConstraint',
  'NoCorrespondingReservationFound',
  'AgentMaintenance',
  'InsufficientCpus',
  'InsufficientMemory',
  'InsufficientDisk',
  'InsufficientGpus',
  'InsufficientPorts',
  'DeclinedScarceResources',
];

/** Two offers, both refused for their cpus. */
const FUNNEL = REASONS.map((reason, index) => ({
  reason,
  declined: reason === 'InsufficientCpus' ? 2 : 0,
  processed: index <= REASONS.indexOf('InsufficientCpus') ? 2 : 0,
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
