import { expect } from 'chai';
import type { Why } from '../client/index.js';
import { paint } from './paint.js';
import { whyReasons, whyText } from './why-text.js';

const SENTENCE = '2 of 3 agents lack 0.5 cpus; 1 is being drained';

const WAITS: Why = {
  kind: 'app',
  id: '/shop/web',
  summary: `2 of 3 instances run: ${SENTENCE}`,
  waiting: 1,
  reasons: [SENTENCE, 'the last task failed: exit code 1, on node1'],
  agents: [],
  placement: {
    sentence: SENTENCE,
    groups: [
      { count: 2, says: 'lack 0.5 cpus', hosts: ['node1', 'node2'] },
      { count: 1, says: 'is being drained', hosts: ['node3'] },
    ],
    nearest: { hostname: 'node1', lacks: ['lacks 0.5 cpus'] },
    changes: [{ message: 'cpus 1.5 instead of 2 (fits on node1)' }],
  },
};

describe('why, as people read it', () => {
  it('is one sentence, then hosts, the nearest of them, and what would help', () => {
    expect(whyText(WAITS, paint(false)).split('\n')).to.deep.equal([
      `/shop/web: 2 of 3 instances run: ${SENTENCE}`,
      '  also  the last task failed: exit code 1, on node1',
      '  host  node1, node2 lack 0.5 cpus',
      '  host  node3 is being drained',
      '  near  node1 lacks 0.5 cpus',
      '  try   cpus 1.5 instead of 2 (fits on node1)',
    ]);
    expect(whyReasons(WAITS).at(-1)).to.equal('would help: cpus 1.5 instead of 2 (fits on node1)');
  });

  it('is coloured on a terminal only', () => {
    expect(whyText(WAITS, paint(true))).to.include('\u001b[31m2 of 3 instances run');
    expect(whyText(WAITS, paint(false))).to.not.include('\u001b');
  });

  it('tells the parts of a group, the worst first, and how many more there are', () => {
    const group: Why = {
      kind: 'group',
      id: '/shop',
      summary: '5 of 9 apps are not as wanted',
      waiting: 5,
      reasons: [],
      agents: [],
      parts: [WAITS, WAITS, WAITS, { ...WAITS, id: '/shop/last' }],
      more: 1,
    };
    const lines = whyText(group, paint(false)).split('\n');
    expect(lines.filter((line) => line.startsWith('/shop/web: '))).to.have.length(3);
    expect(lines.at(-2)).to.match(/^\/shop\/last: 2 of 3 instances run/);
    expect(lines.at(-1)).to.equal('and 1 more');
  });

  it('shows what a service of an earlier version says', () => {
    const plain = {
      id: '/web',
      waiting: 1,
      reasons: [],
      agents: [
        { hostname: 'a', refusals: ['cpus: wants 2, 1 free'] },
        { hostname: 'b', refusals: ['cpus: wants 2, 1 free'] },
      ],
    };
    expect(whyText(plain, paint(false))).to.equal(
      '/web: 1 waiting\n  cpus: wants 2, 1 free (on a and 1 more)',
    );
    expect(whyText({ ...plain, waiting: 0, agents: [] }, paint(false))).to.equal(
      'Nothing of /web waits.',
    );
  });
});
