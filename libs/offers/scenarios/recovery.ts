import {
  accept,
  advance,
  agent,
  counts,
  framework,
  nothing,
  offers,
  on,
  recover,
  shares,
  tick,
  type Line,
  type Scenario,
} from './scenario.js';

function expecting(expectedAgents: number, quotas: Line = {}): Line {
  return { op: 'recoverQuota', expectedAgents, quotas };
}

const QUOTA = { Q: { guarantees: 'cpus:1', limits: 'cpus:100' } };
const ids = ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7'];

const rec02 = [
  on(expecting(10, QUOTA), nothing),
  on([...ids.map((id) => agent(id, 'c1 m512')), framework('F@Q'), tick], nothing),
];

const USED = 'c1 m256';
const agentFirst: readonly Line[] = [
  agent('A', 'c2 m512', { used: { 'F@role': USED } }),
  framework('F@role', { used: { 'A@role': USED } }),
];
const withTask = [
  on(framework('F@role'), nothing),
  on(agent('A', 'c2 m512'), offers('F@role A c2 m512')),
  on(accept('F@role', 'A', USED, null), nothing),
  on(tick, offers('F@role A c1 m256')),
];

/** Section 8, as far as the allocator alone shows it: a master adds who comes back and how. */
export const RECOVERY: readonly Scenario[] = [
  {
    id: 'REC-01',
    says: 'without quotas offers flow at once',
    steps: [
      on(expecting(10), nothing),
      on(agent('A1', 'c1 m512'), nothing),
      on(framework('F@role'), offers('F@role A1 c1 m512')),
    ],
  },
  {
    id: 'REC-02',
    says: 'with quotas nothing is offered before most agents are back',
    steps: rec02,
  },
  {
    id: 'REC-03',
    says: 'the agent that makes it enough is offered at once, the others in the next cycle',
    steps: [
      ...rec02,
      on(agent('A8', 'c1 m512'), offers('F@Q A8 c1 m512')),
      on(tick, counts({ F: 7 })),
    ],
  },
  {
    id: 'REC-04',
    says: 'after ten minutes offers flow all the same',
    steps: [...rec02, on(advance(598), nothing), on(tick, counts({ F: 7 }))],
  },
  {
    id: 'REC-05',
    says: 'so few agents that the factor leaves none are not waited for',
    steps: [
      on(expecting(1, QUOTA), nothing),
      on(framework('F@Q'), nothing),
      on(agent('A1', 'c1 m512'), offers('F@Q A1 c1 m512')),
    ],
  },
  {
    id: 'REC-06',
    says: 'a framework that comes back before its agent finds its task counted once',
    steps: [
      on(agentFirst.toReversed(), offers('F@role A c1 m256')),
      on(shares, { kind: 'shares', roles: { role: { share: 1 } } }),
      on([recover('F@role', 'A', USED), tick], offers('F@role A c1 m256')),
    ],
  },
  {
    id: 'REC-06',
    says: 'and so does one that comes back after it',
    steps: [
      on(agentFirst, offers('F@role A c1 m256')),
      on(shares, { kind: 'shares', roles: { role: { share: 1 } } }),
      on([recover('F@role', 'A', USED), tick], offers('F@role A c1 m256')),
    ],
  },
  {
    id: 'REC-08',
    says: 'a framework that was away is offered what its task does not use',
    steps: [
      ...withTask,
      on({ op: 'deactivateFramework', id: 'F' }, offers('rescind F@role A c1 m256')),
      on(tick, nothing),
      on({ op: 'activateFramework', id: 'F' }, offers('F@role A c1 m256')),
    ],
  },
  {
    id: 'REC-09',
    says: 'everything that a framework had is offered to others when it exits',
    steps: [
      ...withTask,
      on(framework('G@role'), nothing),
      on({ op: 'removeFramework', id: 'F' }, offers('rescind F@role A c1 m256')),
      on(tick, offers('G@role A c2 m512')),
    ],
  },
  {
    id: 'REC-10',
    says: 'nothing of a lost agent is offered again, used or not',
    steps: [
      ...withTask,
      on({ op: 'removeAgent', id: 'A' }, offers('rescind F@role A c1 m256')),
      on([framework('G@role'), tick], nothing),
      on(shares, { kind: 'shares', roles: { role: { share: 0, allocated: {} } } }),
    ],
  },
];
