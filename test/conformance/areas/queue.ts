import {
  absent,
  allOf,
  anything,
  between,
  containing,
  each,
  exactly,
  keysInOrder,
  like,
  timestamp,
  without,
  type Area,
  type Case,
  type Exchange,
  type Wanted,
} from '../language/index.js';
import { add, ask, deployed, running, sleeper, stuck, tell, type Json } from './steps.js';

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
const ROWS = REASONS.map((reason) => ({
  reason,
  declined: between(0, 1e9),
  processed: between(0, 1e9),
}));

/** Waits until the queue has this of the app. */
const queued = (id: string, item: Readonly<Record<string, Wanted>>, query = ''): Exchange => ({
  send: `GET /v2/queue${query}`,
  until: true,
  expect: { status: 200, body: { queue: containing({ app: { id }, ...item }) } },
});

/** A task that fails at once, and then waits for an hour. */
const crashing = (id: string): Json =>
  sleeper(id, 1, { cmd: 'exit 1', backoffSeconds: 3_600, maxLaunchDelaySeconds: 3_600 });

const cases: readonly Case[] = [
  {
    name: 'The queue is a list in an object.',
    source: 'BKO-01',
    steps: [ask('GET /v2/queue', 200, { queue: each(anything) })],
  },
  {
    name: 'The queue of a quiet server is empty.',
    source: 'BKO-01',
    needs: ['root'],
    steps: [
      { send: 'GET /v2/queue', until: true, expect: { status: 200, body: exactly({ queue: [] }) } },
    ],
  },
  {
    name: 'What cannot be placed waits, overdue, with its count.',
    source: 'BKO-02',
    steps: [
      add(stuck('/~/a', { instances: 5 })),
      queued('/~/a', {
        count: 5,
        role: like(/./),
        delay: exactly({ timeLeftSeconds: 0, overdue: true }),
        since: timestamp,
        processedOffersSummary: {
          processedOffersCount: between(0, 1e9),
          unusedOffersCount: between(0, 1e9),
        },
        lastUnusedOffers: absent,
      }),
    ],
  },
  {
    name: 'Both summaries list the ten reasons in the order in which offers are refused.',
    source: '5.12',
    steps: [
      add(stuck('/~/a')),
      queued('/~/a', {
        processedOffersSummary: { rejectSummaryLastOffers: ROWS, rejectSummaryLaunchAttempt: ROWS },
      }),
    ],
  },
  {
    name: 'A constraint that no host fulfils is the reason that is counted.',
    source: 'CON-03',
    needs: ['tasks'],
    steps: [
      add(stuck('/~/a')),
      queued('/~/a', {
        processedOffersSummary: {
          rejectSummaryLastOffers: containing(
            { reason: 'UnfulfilledConstraint', declined: between(1, 1e9) },
            { reason: 'InsufficientCpus', declined: 0 },
          ),
        },
      }),
    ],
  },
  {
    name: 'Too many cpus are the reason that is counted.',
    source: 'RES-02',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1, { cpus: 100_000 })),
      queued('/~/a', {
        processedOffersSummary: {
          rejectSummaryLastOffers: containing({
            reason: 'InsufficientCpus',
            declined: between(1, 1e9),
          }),
        },
      }),
    ],
  },
  {
    name: 'Too much memory is the reason that is counted.',
    source: 'RES-02',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1, { mem: 100_000_000 })),
      queued('/~/a', {
        processedOffersSummary: {
          rejectSummaryLastOffers: containing({
            reason: 'InsufficientMemory',
            declined: between(1, 1e9),
          }),
        },
      }),
    ],
  },
  {
    name: 'Unused offers are shown when asked for.',
    source: '5.12',
    needs: ['tasks'],
    steps: [
      add(stuck('/~/a')),
      queued(
        '/~/a',
        {
          lastUnusedOffers: containing({
            offer: {
              hostname: like(/./),
              agentId: like(/./),
              resources: each({ name: like(/./), role: like(/./) }),
            },
            reason: ['UnfulfilledConstraint'],
            timestamp,
          }),
        },
        '?embed=lastUnusedOffers',
      ),
    ],
  },
  {
    name: 'Keys of an item come in the order of the table.',
    source: 'A.6',
    steps: [
      add(stuck('/~/a')),
      {
        send: 'GET /v2/queue',
        until: true,
        expect: {
          body: {
            queue: containing(
              allOf(
                { app: { id: '/~/a' } },
                keysInOrder('count', 'role', 'delay', 'since', 'processedOffersSummary', 'app'),
              ),
            ),
          },
        },
      },
    ],
  },
  {
    name: 'An app that fails waits for its delay.',
    source: 'BKO-03',
    needs: ['tasks'],
    steps: [
      add(crashing('/~/a')),
      queued('/~/a', { count: 1, delay: { timeLeftSeconds: between(1, 3_600), overdue: false } }),
    ],
  },
  {
    name: 'Its delay is taken away: 204, no body, and it starts at once.',
    source: 'BKO-08',
    needs: ['tasks'],
    steps: [
      add(crashing('/~/a')),
      queued('/~/a', { delay: { overdue: false } }),
      { send: 'GET /v2/apps/~/a', keep: { task: 'body.app.lastTaskFailure.taskId' } },
      { send: 'DELETE /v2/queue/~/a/delay', expect: { status: 204, text: '' } },
      {
        send: 'GET /v2/apps/~/a',
        until: true,
        expect: { body: { app: { lastTaskFailure: { taskId: like(/^(?!{{task}}$)/) } } } },
      },
    ],
  },
  {
    name: 'Scaling keeps the delay.',
    source: 'BKO-06',
    needs: ['tasks'],
    steps: [
      add(crashing('/~/a')),
      queued('/~/a', { delay: { overdue: false } }),
      tell('PUT /v2/apps/~/a?force=true', { instances: 3 }, deployed),
      queued('/~/a', { count: 3, delay: { overdue: false } }),
    ],
  },
  {
    name: 'A restart begins without the delay.',
    source: 'BKO-07',
    needs: ['tasks'],
    steps: [
      add(crashing('/~/a')),
      queued('/~/a', { delay: { overdue: false } }),
      { send: 'GET /v2/apps/~/a', keep: { task: 'body.app.lastTaskFailure.taskId' } },
      { send: 'POST /v2/apps/~/a/restart?force=true', expect: deployed },
      {
        send: 'GET /v2/apps/~/a',
        until: true,
        expect: { body: { app: { lastTaskFailure: { taskId: like(/^(?!{{task}}$)/) } } } },
      },
    ],
  },
  {
    name: 'What runs is not in the queue.',
    source: '4.6',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1)),
      running('/~/a', 1),
      ask('GET /v2/queue', 200, { queue: without({ app: { id: '/~/a' } }) }),
    ],
  },
  {
    name: 'An unknown app has no delay to take away.',
    source: '4.6',
    steps: [
      ask('DELETE /v2/queue/~/no/delay', 404, {
        message: 'Application /~/no not found in tasks queue.',
      }),
    ],
  },
];

export const queue: Area = {
  name: 'queue',
  about: 'what waits, why, and delays after failures',
  cases,
};
