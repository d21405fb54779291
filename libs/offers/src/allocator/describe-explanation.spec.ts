import { millis } from '@ekiden/kernel';
import { expect } from 'chai';

import type { FrameworkId } from '../framework/index.js';
import { milli, quantities } from '../resources/index.js';
import { describeExplanation } from './describe-explanation.js';
import type { Explanation } from './explanation.js';

const pair = { framework: 'F1', role: 'eng', agent: 'A1' };
const until = millis(1_600_000_000_000);

const cases: readonly (readonly [Explanation, string, Readonly<Record<string, number>>])[] = [
  [{ kind: 'unknownAgent' }, 'there is no agent A1', {}],
  [{ kind: 'agentInactive' }, 'agent A1 is not active', {}],
  [{ kind: 'hostLeftOut' }, 'the host of agent A1 is not among those that are let in', {}],
  [
    { kind: 'recovering', agents: 3, wanted: 8, until },
    'only 3 of 8 agents are back; offers are paused until 2020-09-13T12:26:40.000Z at the latest',
    { agents: 3, wanted: 8, untilSeconds: 1_600_000_000 },
  ],
  [{ kind: 'notSubscribed' }, 'framework F1 is not subscribed to role eng', {}],
  [{ kind: 'frameworkInactive' }, 'framework F1 is not active', {}],
  [{ kind: 'suppressed' }, 'framework F1 has suppressed offers for role eng', {}],
  [{ kind: 'noAsk' }, 'framework F1 asks for nothing under role eng', {}],
  [
    { kind: 'agentCapability', missing: 'MULTI_ROLE' },
    'agent A1 lacks the capability MULTI_ROLE',
    {},
  ],
  [
    { kind: 'frameworkCapability', missing: 'GPU_RESOURCES' },
    'framework F1 lacks the capability GPU_RESOURCES',
    {},
  ],
  [{ kind: 'offerConstraints' }, 'agent A1 does not meet the offer constraints of role eng', {}],
  [{ kind: 'nothingFree' }, 'agent A1 has nothing free that role eng may use', {}],
  [
    { kind: 'limit', role: 'eng', name: 'cpus', limit: milli(4000), consumed: milli(3500) },
    'role eng has used 3.5 cpus of its limit of 4 cpus',
    { limit: 4, consumed: 3.5 },
  ],
  [
    { kind: 'headroom', name: 'mem', required: milli(512_000), available: milli(256_000) },
    '512 mem are kept for guarantees of others, and only 256 mem are free',
    { required: 512, available: 256 },
  ],
  [
    { kind: 'insufficient', name: 'cpus', wanted: milli(2000), available: milli(500) },
    '2 cpus are wanted, agent A1 has 0.5 cpus free',
    { wanted: 2, available: 0.5 },
  ],
  [
    { kind: 'askConstraints', askId: 'web' },
    'agent A1 does not meet the constraints of ask web',
    {},
  ],
  [
    { kind: 'gang', askId: 'web', wanted: 5, fits: 3 },
    'ask web wants 5 at the same time, the pool has room for 3',
    { wanted: 5, fits: 3 },
  ],
  [
    { kind: 'belowMinimum', minimum: [quantities({ cpus: 0.01 }), quantities({ mem: 32 })] },
    'what agent A1 could give to role eng is less than an offer must hold (cpus:0.01 or mem:32)',
    { cpus: 0.01, mem: 32 },
  ],
  [
    { kind: 'filtered', until, reason: 'too small' },
    'framework F1 declined agent A1 under role eng until 2020-09-13T12:26:40.000Z (too small)',
    { untilSeconds: 1_600_000_000 },
  ],
  [
    { kind: 'outranked', byFramework: 'F2' as FrameworkId, byRole: 'ops' },
    'framework F2 under role ops has a smaller share and takes it first',
    {},
  ],
  [{ kind: 'none' }, 'nothing stands against it: the next run offers it', {}],
];

describe('explanations in words', () => {
  for (const [explanation, message, numbers] of cases) {
    it(`${explanation.kind}: ${message}`, () => {
      expect(describeExplanation(explanation, pair)).to.deep.equal({ message, numbers });
    });
  }

  it('shows times as it is told to', () => {
    const explanation = { kind: 'filtered' as const, until: millis(2500) };
    const text = describeExplanation(explanation, pair, (at) => `second ${at / 1000}`);
    expect(text.message).to.equal('framework F1 declined agent A1 under role eng until second 2.5');
  });
});
