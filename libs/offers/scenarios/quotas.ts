import {
  accept,
  agent,
  decline,
  framework,
  nothing,
  offers,
  on,
  quota,
  recover,
  shares,
  tick,
  type Scenario,
} from './scenario.js';

const PORTS = 'p[31000-32000]';

const qta01 = [
  on([framework('F1@Q'), framework('F2@N'), quota('Q', 'c2 m1024')], nothing),
  on(agent('A1', 'c1 m512'), offers('F1@Q A1 c1 m512')),
  on(agent('A2', 'c1 m512'), offers('F1@Q A2 c1 m512')),
];
const qta02 = [...qta01, on([decline('F1@Q', 'A2', 2), tick], nothing)];

const qta04 = [
  on([framework('F1@*'), quota('*', '', 'c0 m0 d0')], nothing),
  on(agent('A1', 'c2 m1024 d1024'), nothing),
  on(framework('F2@N'), offers('F2@N A1 c2 m1024 d1024')),
];

const qta12 = [
  on([quota('Q1', 'c2'), framework('F@Q1')], nothing),
  on(agent('A1', `c1 m1024 ${PORTS}`), offers(`F@Q1 A1 c1 m1024 ${PORTS}`)),
];

const qta17 = [
  on([quota('Q', 'c2 m1024'), framework('F@N')], nothing),
  on(agent('A1', 'c2 m1024'), nothing),
];

/** Section 5, first part: guarantees, limits, and how agents are cut for them. */
export const QUOTAS: readonly Scenario[] = [
  { id: 'QTA-01', says: 'a guarantee is served before fairness', steps: qta01 },
  {
    id: 'QTA-02',
    says: 'what a guarantee lacks is kept for it, even while its framework wants nothing',
    steps: qta02,
  },
  {
    id: 'QTA-03',
    says: 'and is offered to it again when the filter ends',
    steps: [...qta02, on(tick, offers('F1@Q A2 c1 m512'))],
  },
  { id: 'QTA-04', says: 'a role with a limit of nothing gets nothing', steps: qta04 },
  {
    id: 'QTA-05',
    says: 'a limit cuts an agent, and another role gets the rest',
    steps: [
      ...qta04,
      on(quota('*', '', 'c1 m512 d512'), nothing),
      on(agent('A2', 'c2 m1024 d1024'), offers('F1@* A2 c1 m512 d512', 'F2@N A2 c1 m512 d512')),
    ],
  },
  {
    id: 'QTA-06',
    says: 'a quota that is removed keeps nothing back any more',
    steps: [
      on([framework('F1@Q'), framework('F2@N'), quota('Q', 'c2 m1024')], nothing),
      on(agent('A1', 'c1 m512', { used: { 'F1@Q': 'c1 m512' } }), nothing),
      on(agent('A2', 'c1 m512', { used: { 'F1@Q': 'c1 m512' } }), nothing),
      on(shares, { kind: 'shares', roles: { Q: { limits: { cpus: 2, mem: 1024 } } } }),
      on({ op: 'setQuota', role: 'Q' }, nothing),
      on(shares, { kind: 'shares', roles: { Q: { limits: undefined, guarantees: undefined } } }),
      on(recover('F1@Q', 'A1', 'c1 m512'), nothing),
      on(tick, offers('F2@N A1 c1 m512')),
    ],
  },
  {
    id: 'QTA-08',
    says: 'inside a role no framework has a guarantee of its own',
    steps: [
      on([framework('F1a@Q'), framework('F1b@Q'), framework('F2@N')], nothing),
      on(quota('Q', 'c4 m2048'), nothing),
      on(agent('A1', 'c1 m512'), offers('F1a@Q A1 c1 m512')),
      on(agent('A2', 'c2 m1024'), offers('F1b@Q A2 c2 m1024')),
      on(agent('A3', 'c1 m512'), offers('F1a@Q A3 c1 m512')),
      on([decline('F1a@Q', 'A3', 5), tick], offers('F1b@Q A3 c1 m512')),
    ],
  },
  {
    id: 'QTA-09',
    says: 'an agent is cut to the quota, and the rest goes to others',
    steps: [
      on([framework('F1@Q'), quota('Q', 'c0.5 m200')], nothing),
      on(agent('A', 'c1 m512'), offers('F1@Q A c0.5 m200')),
      on(framework('F2@N'), offers('F2@N A c0.5 m312')),
    ],
  },
  {
    id: 'QTA-10',
    says: 'a disk that cannot be cut is given whole or not at all',
    steps: [
      on(quota('Q', 'c2 m2048 d150'), nothing),
      on(agent('A1', 'c0.5 m512 disk[MOUNT]:100'), nothing),
      on(framework('F@Q'), offers('F@Q A1 c0.5 m512 disk[MOUNT]:100')),
      on(agent('A2', 'c0.5 m512 disk[MOUNT]:100'), offers('F@Q A2 c0.5 m512')),
      on(agent('A3', 'c2 m2048 d150'), offers('F@Q A3 c1 m1024 d50')),
    ],
  },
  {
    id: 'QTA-11',
    says: 'several disks count together towards a guarantee of disk',
    steps: [
      on([framework('F@Q'), quota('Q', 'c1 m512 d100')], nothing),
      on(agent('A', 'c1 m512 d50 disk[MOUNT]:50'), offers('F@Q A c1 m512 d50 disk[MOUNT]:50')),
    ],
  },
  {
    id: 'QTA-12',
    says: 'resources without a guarantee ride along with those that have one',
    steps: qta12,
  },
  {
    id: 'QTA-13',
    says: 'unless another guarantee needs them',
    steps: [
      ...qta12,
      on(accept('F@Q1', 'A1', `c1 m1024 ${PORTS}`, null), nothing),
      on(quota('Q2', 'm1024'), nothing),
      on(agent('A2', `c1 m1024 ${PORTS}`), offers(`F@Q1 A2 c1 ${PORTS}`)),
    ],
  },
  {
    id: 'QTA-15',
    says: 'a role at its limit gets nothing more, however small its share',
    steps: [
      on([quota('Q', 'c0.25 m128'), framework('F1@Q'), framework('F2@N')], nothing),
      on(agent('A1', 'c1 m512', { used: { 'F1@Q': 'c0.25 m128' } }), offers('F2@N A1 c0.75 m384')),
      on(agent('A2', 'c1 m512'), offers('F2@N A2 c1 m512')),
    ],
  },
  {
    id: 'QTA-16',
    says: 'a guarantee ends the starvation by a poor framework that only declines',
    steps: [
      on([framework('F1@Q'), framework('F2@N')], nothing),
      on(agent('A1', 'c1 m512', { used: { 'F1@Q': 'c1 m512' } }), nothing),
      on(agent('A2', 'c1 m512'), offers('F2@N A2 c1 m512')),
      on([decline('F2@N', 'A2', 0), tick], offers('F2@N A2 c1 m512')),
      on(decline('F2@N', 'A2', 0), nothing),
      on(quota('Q', 'c2 m1024'), nothing),
      on(tick, offers('F1@Q A2 c1 m512')),
    ],
  },
  {
    id: 'QTA-17',
    says: 'an agent is kept for a guaranteed role that nobody is in',
    steps: qta17,
  },
  {
    id: 'QTA-18',
    says: 'what is beyond the guarantee is offered',
    steps: [...qta17, on(agent('A2', 'c2 m1024'), offers('F@N A2 c2 m1024')), on(tick, nothing)],
  },
  {
    id: 'QTA-19',
    says: 'the guarantee of an absent role does not stand before another guarantee',
    steps: [
      on(agent('A', 'c2 m2048'), nothing),
      on([quota('Q1', 'c1 m1024'), quota('Q2', 'c2 m2048')], nothing),
      on(framework('F@Q2'), offers('F@Q2 A c2 m2048')),
    ],
  },
  {
    id: 'QTA-20',
    says: 'each guaranteed role gets what it still lacks',
    steps: [
      on([quota('Q1', 'c1 m200'), quota('Q2', 'c2 m2000')], nothing),
      on([framework('F1@Q1'), framework('F2@Q2')], nothing),
      on(agent('A1', 'c1 m1024', { used: { 'F1@Q1': 'c1 m1024' } }), nothing),
      on(agent('A2', 'c1 m1024', { used: { 'F2@Q2': 'c1 m1024' } }), nothing),
      on(agent('A3', 'c2 m2048'), offers('F2@Q2 A3 c1 m976')),
    ],
  },
  {
    id: 'QTA-32',
    says: 'every dimension that is not satisfied is allocated, up to the limit',
    steps: [
      on([quota('Q', 'c4 m1024'), framework('F@Q')], nothing),
      on(agent('A1', 'c2 m1024'), offers('F@Q A1 c2 m1024')),
      on(agent('A2', 'c2 m1024'), offers('F@Q A2 c2')),
    ],
  },
  {
    id: 'QTA-40',
    says: 'a quota is shown by name, and not at all when it is the default',
    steps: [
      on(quota('Q', 'c1', 'm1024'), nothing),
      on(shares, {
        kind: 'shares',
        roles: { Q: { guarantees: { cpus: 1 }, limits: { mem: 1024 } } },
      }),
      on(quota('Q', 'c2', 'm1024'), nothing),
      on(shares, {
        kind: 'shares',
        roles: { Q: { guarantees: { cpus: 2 }, limits: { mem: 1024 } } },
      }),
      on({ op: 'setQuota', role: 'Q' }, nothing),
      on(shares, { kind: 'shares', roles: { Q: null } }),
    ],
  },
];
