import {
  accept,
  advance,
  agent,
  anything,
  decline,
  framework,
  nothing,
  offers,
  on,
  recover,
  repeat,
  shares,
  tick,
  type Expected,
  type Line,
  type Scenario,
  type Step,
} from './scenario.js';

const DAY = 86_400;

function filters(count: number): Expected {
  return { kind: 'shares', roles: {}, filters: count };
}

function toRoles(op: string, id: string, ...roles: readonly string[]): Line {
  return { op, framework: id, ...(roles.length > 0 && { roles }) };
}

const one = [
  on(framework('F@role'), nothing),
  on(agent('A', 'c2 m1024'), offers('F@role A c2 m1024')),
];

const flt02 = [
  on([framework('F1@role'), framework('F2@role')], nothing),
  on(agent('A1', 'c1 m512', { used: { 'F1@role': 'c1 m512' } }), nothing),
  on(agent('A2', 'c1 m512'), offers('F2@role A2 c1 m512')),
  on([decline('F2@role', 'A2', 1), advance(1)], nothing),
  on(advance(60), offers('F1@role A2 c1 m512')),
];

const flt08 = [
  on(framework('F@role1,role2'), nothing),
  on(toRoles('suppress', 'F', 'role1'), nothing),
  on(agent('A', 'c2 m1024'), offers('F@role2 A c2 m1024')),
];
const flt09 = [
  ...flt08,
  on([decline('F@role2', 'A', DAY), tick], nothing),
  on(toRoles('revive', 'F', 'role1'), offers('F@role1 A c2 m1024')),
];

/** How long a filter lives that is asked for with `fields`, in whole cycles of a second. */
function lives(fields: Line, seconds: number): readonly Step[] {
  return [
    ...one,
    on({ op: 'decline', framework: 'F', agent: 'A', ...fields }, nothing),
    ...(seconds > 1 ? [on(advance(seconds - 1), nothing)] : []),
    on(tick, offers('F@role A c2 m1024')),
  ];
}

/** Section 2: filters, suppression, activation. */
export const FILTERS: readonly Scenario[] = [
  {
    id: 'FLT-01',
    says: 'a filter of two seconds stops one cycle of a second, not two',
    steps: [
      ...one,
      on(decline('F@role', 'A', 2), nothing),
      on(shares, filters(1)),
      on(tick, nothing),
      on(tick, offers('F@role A c2 m1024')),
      on(shares, filters(0)),
    ],
  },
  {
    id: 'FLT-02',
    says: 'a filter shorter than the interval still outlives the next cycle',
    configure: { allocationIntervalSeconds: 60 },
    steps: flt02,
  },
  {
    id: 'FLT-03',
    says: 'after that cycle the short filter is gone',
    configure: { allocationIntervalSeconds: 60 },
    steps: [
      ...flt02,
      on([decline('F1@role', 'A2', null), advance(60)], offers('F2@role A2 c1 m512')),
    ],
  },
  {
    id: 'FLT-04',
    says: 'other attributes of an agent drop its filters, and it is offered at once',
    steps: [
      ...one,
      on([decline('F@role', 'A', 2), tick], nothing),
      on(
        { op: 'updateAgent', id: 'A', attributes: 'foo:bar;baz:quux' },
        offers('F@role A c2 m1024'),
      ),
    ],
  },
  {
    id: 'FLT-05',
    says: 'reviving drops filters and causes a run',
    steps: [
      ...one,
      on([decline('F@role', 'A', 1000), tick], nothing),
      on(toRoles('revive', 'F'), offers('F@role A c2 m1024')),
    ],
  },
  {
    id: 'FLT-06',
    says: 'reviving while everything is offered changes nothing',
    steps: [
      ...one,
      on(toRoles('revive', 'F'), nothing),
      on([toRoles('suppress', 'F'), toRoles('revive', 'F'), tick], nothing),
    ],
  },
  { id: 'FLT-08', says: 'one role is suppressed, the other is not', steps: flt08 },
  { id: 'FLT-09', says: 'reviving one role leaves the filters of another', steps: flt09 },
  {
    id: 'FLT-10',
    says: 'with both roles filtered nothing is offered',
    steps: [...flt09, on([decline('F@role1', 'A', DAY), tick], nothing)],
  },
  {
    id: 'FLT-11',
    says: 'a framework comes back suppressed, as it went',
    steps: [
      ...one,
      on(decline('F@role', 'A', null), nothing),
      on([toRoles('suppress', 'F'), { op: 'deactivateFramework', id: 'F' }, tick], nothing),
      on([{ op: 'activateFramework', id: 'F' }, tick], nothing),
      on(toRoles('revive', 'F'), offers('F@role A c2 m1024')),
    ],
  },
  {
    id: 'FLT-12',
    says: 'filters that stand are counted, and each says who set it',
    steps: [
      on(agent('A', 'c2 m1024'), nothing),
      on(framework('F1@roleA'), offers('F1@roleA A c2 m1024')),
      on([decline('F1@roleA', 'A', 100), tick], nothing),
      on(shares, filters(1)),
      on(framework('F2@roleB'), offers('F2@roleB A c2 m1024')),
      on([decline('F2@roleB', 'A', 100), tick], nothing),
      on(shares, filters(2)),
      on(framework('F3@roleA'), offers('F3@roleA A c2 m1024')),
      on([decline('F3@roleA', 'A', 100), tick], nothing),
      on(shares, filters(3)),
      on(
        { op: 'explain', framework: 'F2', role: 'roleB', agent: 'A' },
        { kind: 'gate', gate: 'filtered' },
      ),
    ],
  },
  { id: 'FLT-13', says: 'without refuse_seconds a filter lives 5 s', steps: lives({}, 5) },
  {
    id: 'FLT-13',
    says: 'negative refuse_seconds mean 5 s',
    steps: lives({ refuseSeconds: -5 }, 5),
  },
  { id: 'FLT-13', says: 'refuse_seconds 0 means no filter', steps: lives({ refuseSeconds: 0 }, 1) },
  {
    id: 'FLT-13',
    says: 'refuse_seconds above 365 days mean 365 days',
    steps: lives({ refuseSeconds: 1e12 }, 365 * DAY),
  },
  {
    id: 'FLT-15',
    says: 'of several filters on one agent any one is enough',
    steps: [
      ...one,
      on(decline('F@role', 'A', 10, 'c1 m512'), nothing),
      on(decline('F@role', 'A', 3, 'c1 m512'), nothing),
      on(tick, offers('F@role A c2 m1024')),
      on(accept('F@role', 'A', 'c1 m512', null), nothing),
      on(advance(8), nothing),
      on(tick, offers('F@role A c1 m512')),
    ],
  },
  {
    id: 'FLT-16',
    says: 'the filters of a role end when the framework leaves the role',
    steps: [
      on(framework('F@role1,role2'), nothing),
      on(agent('A', 'c2 m1024'), offers('F@role1 A c2 m1024')),
      on(decline('F@role1', 'A', DAY), nothing),
      on(shares, filters(1)),
      on({ op: 'updateFramework', id: 'F', roles: ['role2'] }, anything),
      on(shares, filters(0)),
    ],
  },
  {
    id: 'FLT-16',
    says: 'the filters of a framework end when it is deactivated',
    steps: [
      ...one,
      on(decline('F@role', 'A', DAY), nothing),
      on({ op: 'deactivateFramework', id: 'F' }, nothing),
      on(shares, filters(0)),
    ],
  },
  {
    id: 'FLT-16',
    says: 'the filters on an agent end when it is removed',
    steps: [
      ...one,
      on(decline('F@role', 'A', DAY), nothing),
      on({ op: 'removeAgent', id: 'A' }, nothing),
      on(shares, filters(0)),
    ],
  },
  {
    id: 'FLT-16',
    says: 'a thousand long declines, each revived, leave one filter',
    steps: [
      ...one,
      on(
        [
          ...repeat(1000, decline('F@role', 'A', DAY), toRoles('revive', 'F')),
          decline('F@role', 'A', DAY),
        ],
        anything,
      ),
      on(shares, filters(1)),
    ],
  },
  {
    id: 'FLT-17',
    says: 'leaving the suppressed roles by an update is reviving for that role',
    steps: [
      ...one,
      on(decline('F@role', 'A', 1000), nothing),
      on([toRoles('suppress', 'F'), tick], nothing),
      on([{ op: 'updateFramework', id: 'F', suppressed: [] }, tick], offers('F@role A c2 m1024')),
      on(shares, filters(0)),
    ],
  },
  {
    id: 'FLT-05',
    says: 'clearing filters and unsuppressing are the two halves of reviving',
    steps: [
      ...one,
      on([decline('F@role', 'A', 1000), toRoles('suppress', 'F'), tick], nothing),
      on([toRoles('unsuppress', 'F'), tick], nothing),
      on([toRoles('clearFilters', 'F'), tick], offers('F@role A c2 m1024')),
    ],
  },
  {
    id: 'FLT-13',
    says: 'what a task used comes back without a filter',
    steps: [
      ...one,
      on(accept('F@role', 'A', 'c2 m1024', null), nothing),
      on([recover('F@role', 'A', 'c2 m1024'), tick], offers('F@role A c2 m1024')),
    ],
  },
];
