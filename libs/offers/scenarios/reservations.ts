import {
  accept,
  agent,
  decline,
  error,
  framework,
  nothing,
  offers,
  on,
  operate,
  quota,
  shares,
  tick,
  type Scenario,
  type Step,
} from './scenario.js';

const rsv01 = [
  on(
    [
      agent('A1', 'c(role1)2 m(role1)1024'),
      agent('A2', 'c1 m1024 c(role2)2 m(role2)1024'),
      agent('A3', 'c(role3)1 m(role3)1024'),
    ],
    nothing,
  ),
  on(framework('F1@role1'), offers('F1@role1 A1 c(role1)2 m(role1)1024', 'F1@role1 A2 c1 m1024')),
];

const rsv04 = [
  on(framework('F@a/b/c'), nothing),
  on(agent('A1', 'c(a)1 m(a)512'), offers('F@a/b/c A1 c(a)1 m(a)512')),
];

const SHARED = 'disk(role1)[v1:data:rw]<SHARED>:5';

const rsv11: readonly Step[] = [
  on(framework('F@role1{SHARED_RESOURCES}'), nothing),
  on(agent('A', 'c100 m100 d(role1)100'), offers('F@role1 A c100 m100 d(role1)100')),
  on(operate('CREATE', 'F@role1', 'A', SHARED), nothing),
  on([decline('F@role1', 'A', null), tick], offers(`F@role1 A c100 m100 d(role1)95 ${SHARED}`)),
];

/** A shared volume is offered to F2 while a task of F1 uses it. */
function sharedInUse(...quotas: readonly ReturnType<typeof quota>[]): readonly Step[] {
  return [
    ...quotas.map((each) => on(each, nothing)),
    on(framework('F1@role1{SHARED_RESOURCES}'), nothing),
    on(agent('A', 'c4 m1024 d(role1)2048'), offers('F1@role1 A c4 m1024 d(role1)2048')),
    on(framework('F2@role1{SHARED_RESOURCES}'), nothing),
    on(operate('CREATE', 'F1@role1', 'A', SHARED), nothing),
    on(accept('F1@role1', 'A', `c1 m5 ${SHARED}`, null), nothing),
    on(tick, offers(`F2@role1 A c3 m1019 d(role1)2043 ${SHARED}`)),
  ];
}

/** Section 4. */
export const RESERVATIONS: readonly Scenario[] = [
  {
    id: 'RSV-01',
    says: 'a role gets its own reservations and what is unreserved, never those of others',
    steps: rsv01,
  },
  {
    id: 'RSV-02',
    says: 'what is left of an agent goes to the role it is reserved for',
    steps: [
      ...rsv01,
      on(framework('F2@role2'), offers('F2@role2 A2 c(role2)2 m(role2)1024')),
      on(tick, nothing),
    ],
  },
  {
    id: 'RSV-03',
    says: 'reserved and unreserved parts come back one by one',
    steps: [
      on(agent('A', 'c1 m200 c(role1)1 m(role1)200'), nothing),
      on(framework('F@role1'), offers('F@role1 A c1 m200 c(role1)1 m(role1)200')),
      on(
        [decline('F@role1', 'A', null, 'c(role1)1 m(role1)200'), tick],
        offers('F@role1 A c(role1)1 m(role1)200'),
      ),
      on([decline('F@role1', 'A', null, 'c1 m200'), tick], offers('F@role1 A c1 m200')),
    ],
  },
  { id: 'RSV-04', says: 'descendants may use reservations of their ancestors', steps: rsv04 },
  {
    id: 'RSV-05',
    says: 'those of any ancestor, together with what is unreserved',
    steps: [
      ...rsv04,
      on(
        agent('A2', 'c2 m1024 c(a/b)4 m(a/b)2048'),
        offers('F@a/b/c A2 c2 m1024 c(a/b)4 m(a/b)2048'),
      ),
    ],
  },
  {
    id: 'RSV-06',
    says: 'reservations of ranges come and go with their agents',
    steps: [
      on([agent('A1', 'c1 m1 d1 p(role)[1-2]'), agent('A2', 'c1 m1 d1 p(role)[1-2]')], nothing),
      on(
        [
          { op: 'removeAgent', id: 'A1' },
          { op: 'removeAgent', id: 'A2' },
        ],
        nothing,
      ),
      on(shares, { kind: 'shares', roles: { role: null } }),
    ],
  },
  {
    id: 'RSV-08',
    says: 'an operator cannot reserve what is offered, and nothing changes',
    steps: [
      on(agent('A', 'c100 m100 d100'), nothing),
      on(framework('F@role1'), offers('F@role1 A c100 m100 d100')),
      on(operate('RESERVE', undefined, 'A', 'c(role1)25 m(role1)50'), error('is not there')),
      on([decline('F@role1', 'A', null), tick], offers('F@role1 A c100 m100 d100')),
    ],
  },
  {
    id: 'RSV-09',
    says: 'a volume made on an offer is offered the next time',
    steps: [
      on(agent('A', 'c100 m100 d(role1)100'), nothing),
      on(framework('F@role1'), offers('F@role1 A c100 m100 d(role1)100')),
      on(operate('CREATE', 'F@role1', 'A', 'disk(role1)[ID:data:rw]:5'), nothing),
      on(
        [decline('F@role1', 'A', null), tick],
        offers('F@role1 A c100 m100 d(role1)95 disk(role1)[ID:data:rw]:5'),
      ),
    ],
  },
  {
    id: 'RSV-10',
    says: 'what a conversion removes is gone from the agent',
    steps: [
      on(agent('A', 'c100 m100 d100'), nothing),
      on(framework('F@role1'), offers('F@role1 A c100 m100 d100')),
      on(
        {
          op: 'operate',
          operation: 'CONVERT',
          framework: 'F',
          role: 'role1',
          agent: 'A',
          conversions: [{ consumed: 'disk:100', converted: '' }],
        },
        nothing,
      ),
      on([decline('F@role1', 'A', null), tick], offers('F@role1 A c100 m100')),
    ],
  },
  {
    id: 'RSV-11',
    says: 'a shared volume is made and destroyed on offers',
    steps: [
      ...rsv11,
      on(operate('DESTROY', 'F@role1', 'A', SHARED), nothing),
      on([decline('F@role1', 'A', null), tick], offers('F@role1 A c100 m100 d(role1)100')),
    ],
  },
  {
    id: 'RSV-12',
    says: 'shared volumes are for frameworks with SHARED_RESOURCES only',
    steps: [
      on(agent('A', 'c100 m100 d(role1)100'), nothing),
      on(operate('CREATE', undefined, 'A', SHARED), nothing),
      on(framework('F1@role1'), offers('F1@role1 A c100 m100 d(role1)95')),
      on([decline('F1@role1', 'A', null), tick], offers('F1@role1 A c100 m100 d(role1)95')),
      on(decline('F1@role1', 'A', null), nothing),
      on(
        framework('F2@role1{SHARED_RESOURCES}'),
        offers(`F2@role1 A c100 m100 d(role1)95 ${SHARED}`),
      ),
    ],
  },
  {
    id: 'RSV-13',
    says: 'a shared volume in use is offered to others, once in a cycle',
    steps: sharedInUse(),
  },
  {
    id: 'RSV-13',
    says: 'a shared volume in use is offered to others under a quota as well',
    steps: sharedInUse(quota('role1', 'c8 m2048 d4096')),
  },
  {
    id: 'RSV-13',
    says: 'a shared volume goes to one framework in a cycle, not to all',
    steps: [
      on(
        [
          framework('F1@role1{SHARED_RESOURCES}', { minAllocatable: { role1: [] } }),
          framework('F2@role1{SHARED_RESOURCES}', { minAllocatable: { role1: [] } }),
        ],
        nothing,
      ),
      on(agent('A', `d(role1)95 ${SHARED}`), offers(`F1@role1 A d(role1)95 ${SHARED}`)),
      on(tick, offers(`F2@role1 A ${SHARED}`)),
    ],
  },
];
