import { expect } from 'chai';
import { millis, type TaskReason } from '@ekiden/kernel';
import { becauseOf, messageOfKill, type KillOrder, type KillReason } from './kill-order.js';

const REASONS: readonly KillReason[] = [
  'scaling',
  'upgrading',
  'deletingApp',
  'userRequest',
  'unhealthy',
  'stagingTooLong',
  'draining',
  'dependencyLost',
  'orphaned',
];

function order(reason: KillReason, detail?: string): KillOrder {
  return { since: millis(1), reason, ...(detail === undefined ? {} : { detail }) };
}

describe('why a task was killed', () => {
  it('is told in a sentence of its own for every reason', () => {
    const sentences = REASONS.map((reason) => becauseOf(order(reason)));
    expect(new Set(sentences).size).to.equal(REASONS.length);
    for (const sentence of sentences) expect(sentence).to.match(/^[a-z][a-z ]+$/);
  });

  const rows: readonly (readonly [
    name: string,
    order: KillOrder | undefined,
    status: { readonly message?: string; readonly reason?: TaskReason },
    message: string,
  ])[] = [
    [
      'with its grounds and what the host saw',
      order('scaling', 'deployment d1'),
      { message: 'Command terminated with signal SIGTERM' },
      'Killed because its app has more instances than it wants (deployment d1). ' +
        'Command terminated with signal SIGTERM',
    ],
    [
      'without a word from the host',
      order('userRequest'),
      {},
      'Killed because somebody asked for it',
    ],
    [
      'of an emptied agent',
      undefined,
      { message: 'gone', reason: 'AGENT_DRAINING' },
      'Killed because its agent was to be empty by now. gone',
    ],
    [
      'by what has priority',
      undefined,
      { reason: 'CONTAINER_PREEMPTED' },
      'Killed because something of a higher priority needs its place',
    ],
    [
      'by nobody of ours: the words of the host',
      undefined,
      { message: 'Command exited with status 1', reason: 'AGENT_RESTARTED' },
      'Command exited with status 1',
    ],
    ['by nobody, and nothing was said', undefined, {}, ''],
  ];
  for (const [name, given, status, message] of rows) {
    it(`is in the message: ${name}`, () => {
      expect(messageOfKill(given, status)).to.equal(message);
    });
  }
});
