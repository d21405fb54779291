import {
  agent,
  decline,
  either,
  framework,
  nothing,
  offers,
  on,
  operate,
  quota,
  recover,
  accept,
  tick,
  type Scenario,
} from './scenario.js';

const DAY = 86_400;
const DYNAMIC_N = 'cpus(reservations:[(DYNAMIC,N)]):4 mem(reservations:[(DYNAMIC,N)]):512';
const DYNAMIC_Q = 'cpus(reservations:[(DYNAMIC,Q)]):1 mem(reservations:[(DYNAMIC,Q)]):1024';
const VOLUME = 'disk(Q)[v1:data:rw]<SHARED>:50';

const qta22 = [
  on([agent('A1', 'c4 m512'), agent('A2', 'c4 m512')], nothing),
  on(operate('RESERVE', undefined, 'A2', DYNAMIC_N), nothing),
  on(quota('Q', 'c4 m512'), nothing),
  on(framework('F1@Q'), offers('F1@Q A1 c4 m512')),
];
const qta23 = [
  ...qta22,
  on([decline('F1@Q', 'A1', 10), tick], nothing),
  on(framework('F2@N'), offers(`F2@N A2 ${DYNAMIC_N}`)),
];

/** Section 5, second part: quotas and reservations, quotas and role paths. */
export const QUOTA_RESERVATIONS: readonly Scenario[] = [
  {
    id: 'QTA-22',
    says: 'what is reserved for others does not count for a guarantee',
    steps: qta22,
  },
  {
    id: 'QTA-23',
    says: 'a role without quota gets what is reserved for it',
    steps: qta23,
  },
  {
    id: 'QTA-24',
    says: 'declined reservations stay reserved, declined headroom stays headroom',
    steps: [...qta23, on([decline('F2@N', 'A2', 10), tick], nothing)],
  },
  {
    id: 'QTA-25',
    says: 'a static reservation that nobody holds counts against the quota',
    steps: [
      on([quota('Q', 'c1 m1024'), framework('F1@Q')], nothing),
      on(agent('A1', 'c(Q)1 m(Q)1024'), offers('F1@Q A1 c(Q)1 m(Q)1024')),
      on(decline('F1@Q', 'A1', DAY), nothing),
      on([agent('A2', 'c1 m1024'), tick], nothing),
    ],
  },
  {
    id: 'QTA-25',
    says: 'a dynamic reservation that nobody holds counts against the quota',
    steps: [
      on([quota('Q', 'c1 m1024'), agent('A1', 'c1 m1024')], nothing),
      on(operate('RESERVE', undefined, 'A1', DYNAMIC_Q), nothing),
      on(framework('F1@Q'), offers(`F1@Q A1 ${DYNAMIC_Q}`)),
      on(decline('F1@Q', 'A1', DAY), nothing),
      on([agent('A2', 'c1 m1024'), tick], nothing),
    ],
  },
  {
    id: 'QTA-26',
    says: 'a reservation that is held counts once',
    steps: [
      on([quota('Q', 'c2 m2048'), framework('F1@Q')], nothing),
      on(agent('A1', 'c(Q)1 m(Q)1024'), offers('F1@Q A1 c(Q)1 m(Q)1024')),
      on(agent('A2', 'c1 m1024'), offers('F1@Q A2 c1 m1024')),
      on([agent('A3', 'c1 m1024'), tick], nothing),
    ],
  },
  {
    id: 'QTA-27',
    says: "a role without quota gets its reservations while others' headroom is kept",
    steps: [
      on(agent('A1', 'c2 m2048 c(N)2 m(N)2048'), nothing),
      on(quota('Q', 'c2 m2048'), nothing),
      on(framework('F1@Q'), offers('F1@Q A1 c2 m2048')),
      on([decline('F1@Q', 'A1', DAY), tick], nothing),
      on(framework('F2@N'), offers('F2@N A1 c(N)2 m(N)2048')),
    ],
  },
  {
    id: 'QTA-29',
    says: 'a shared volume is charged to the quota once',
    steps: [
      on([quota('Q', 'c3 m2048 d100'), framework('F@Q{SHARED_RESOURCES}')], nothing),
      on(agent('A1', 'c(Q)2 m(Q)1024 d(Q)50'), offers('F@Q A1 c(Q)2 m(Q)1024 d(Q)50')),
      on(operate('CREATE', 'F@Q', 'A1', VOLUME), nothing),
      on(accept('F@Q', 'A1', `c(Q)2 m(Q)1024 ${VOLUME}`, null), nothing),
      on(recover('F@Q', 'A1', 'c(Q)1 m(Q)512'), nothing),
      on(tick, offers(`F@Q A1 c(Q)1 m(Q)512 ${VOLUME}`)),
      on(agent('A2', 'c1 m1024 d50'), offers('F@Q A2 c1 m1024 d50')),
      on([agent('A3', 'c0.5 m512 d50'), decline('F@Q', 'A1', DAY), tick], nothing),
    ],
  },
  {
    id: 'QTA-30',
    says: 'reserving what is held changes nothing of what counts against the quota',
    steps: [
      on([quota('Q', 'c10 m1024'), framework('F@Q')], nothing),
      on(agent('A1', 'c5 m512'), offers('F@Q A1 c5 m512')),
      on(operate('RESERVE', 'F@Q', 'A1', 'c(Q)5 m(Q)512'), nothing),
      on(agent('A2', 'c10 m1024'), offers('F@Q A2 c5 m512')),
    ],
  },
  {
    id: 'QTA-31',
    says: 'nor does unreserving it',
    steps: [
      on([quota('Q', 'c1 m1024'), agent('A1', 'c1 m1024')], nothing),
      on(operate('RESERVE', undefined, 'A1', DYNAMIC_Q), nothing),
      on(framework('F@Q'), offers(`F@Q A1 ${DYNAMIC_Q}`)),
      on(agent('A2', 'c1 m1024'), nothing),
      on([operate('UNRESERVE', 'F@Q', 'A1', 'c(Q)1 m(Q)1024'), tick], nothing),
    ],
  },
  {
    id: 'QTA-33',
    says: "an ancestor's reservation in use by a child is no longer an open reservation",
    steps: [
      on(agent('A1', 'c(a)1 m(a)1024'), nothing),
      on(quota('Q', 'c1 m1024'), nothing),
      on(framework('F1@a/b'), offers('F1@a/b A1 c(a)1 m(a)1024')),
      on(framework('F2@N'), nothing),
      on(
        [agent('A2', 'c1 m1024'), agent('A3', 'c1 m1024'), tick],
        either(['F2@N A2 c1 m1024'], ['F2@N A3 c1 m1024']),
      ),
    ],
  },
  {
    id: 'QTA-34',
    says: "a reservation of a child counts against the parent's quota",
    steps: [
      on(quota('a', 'c2 m200'), nothing),
      on([agent('A1', 'c(a/b)1 m(a/b)100'), agent('A2', 'c10 m1000')], nothing),
      on(framework('F@a'), offers('F@a A2 c1 m100')),
    ],
  },
  {
    id: 'QTA-36',
    says: 'what a child holds is no longer available as headroom',
    steps: [
      on(agent('A1', 'c1 m100'), nothing),
      on(framework('F1@a/b'), offers('F1@a/b A1 c1 m100')),
      on(framework('F2@a'), nothing),
      on(agent('A2', 'c1 m100'), offers('F2@a A2 c1 m100')),
      on(accept('F1@a/b', 'A1', 'c1 m100', null), nothing),
      on(accept('F2@a', 'A2', 'c1 m100', null), nothing),
      on(quota('Q', 'c1 m100'), nothing),
      on(agent('A3', 'c1 m100'), nothing),
      on(
        [agent('A4', 'c1 m100'), tick],
        either(
          ['F1@a/b A3 c1 m100'],
          ['F1@a/b A4 c1 m100'],
          ['F2@a A3 c1 m100'],
          ['F2@a A4 c1 m100'],
        ),
      ),
    ],
  },
  {
    id: 'QTA-37',
    says: 'a guarantee inside a guarantee is served within it',
    differs: 'quotas at any depth are on; Mesos never finished them (its test is disabled)',
    steps: [
      on([quota('a/b', 'c2 m1024'), framework('F1@a/b'), framework('F2@a/b/c')], nothing),
      on(agent('A', 'c1 m512'), offers('F1@a/b A c1 m512')),
      on([decline('F1@a/b', 'A', 10), tick], nothing),
      on(quota('a/b/d', 'c1 m512'), nothing),
      on(framework('F3@a/b/d'), offers('F3@a/b/d A c1 m512')),
    ],
  },
  {
    id: 'QTA-38',
    says: "a parent's remaining guarantee is served when the child's is satisfied",
    differs: 'quotas at any depth are on; Mesos never finished them (its test is disabled)',
    steps: [
      on([quota('a/b', 'c4 m2048'), framework('F1@a/b')], nothing),
      on(agent('A1', 'c2 m1024'), offers('F1@a/b A1 c2 m1024')),
      on(accept('F1@a/b', 'A1', 'c2 m1024', null), nothing),
      on([quota('a/b/c', 'c1 m512'), framework('F2@a/b/c')], nothing),
      on(agent('A2', 'c1 m512'), offers('F2@a/b/c A2 c1 m512')),
      on(agent('A3', 'c1 m512'), offers('F1@a/b A3 c1 m512')),
    ],
  },
  {
    id: 'QTA-39',
    says: 'what a child has counts at its parent, so both quotas can be met',
    differs: 'quotas at any depth are on; Mesos never finished them (its test is disabled)',
    steps: [
      on(framework('F1@aaa'), nothing),
      on([quota('x/b', 'c3 m300'), framework('F2@x/b')], nothing),
      on(agent('A1', 'c2 m200'), offers('F2@x/b A1 c2 m200')),
      on(accept('F2@x/b', 'A1', 'c2 m200', null), nothing),
      on([quota('x/b/c', 'c1 m100'), framework('F3@x/b/c')], nothing),
      on(agent('A2', 'c1 m100'), offers('F3@x/b/c A2 c1 m100')),
      on(agent('A3', 'c1 m100'), offers('F1@aaa A3 c1 m100')),
    ],
  },
];
