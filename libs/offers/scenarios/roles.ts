import {
  agent,
  framework,
  nothing,
  offers,
  on,
  quota,
  recover,
  shares,
  tick,
  weight,
  type Expected,
  type Line,
  type Scenario,
  type Step,
} from './scenario.js';

function roles(seen: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>): Expected {
  return { kind: 'shares', roles: seen };
}

const GONE = roles({ a: null, 'a/b': null, 'a/b/c': null });

/** `come` brings the role a/b/c about, `go` ends it. */
function tracked(come: Line, go: Line, also: Expected): readonly Step[] {
  return [on(shares, GONE), on(come, nothing), on(shares, also), on(go, nothing), on(shares, GONE)];
}

const DEFAULT_WEIGHT = { weight: 1 };

/** The first part of section 10: when a role exists. */
export const ROLES: readonly Scenario[] = [
  {
    id: 'ROL-01',
    says: 'a weight brings a role and its ancestors about, and the default one ends them',
    steps: tracked(
      weight('a/b/c', 2),
      weight('a/b/c', 1),
      roles({ a: DEFAULT_WEIGHT, 'a/b': DEFAULT_WEIGHT, 'a/b/c': { weight: 2 } }),
    ),
  },
  {
    id: 'ROL-02',
    says: 'a quota brings a role and its ancestors about',
    steps: tracked(
      quota('a/b/c', 'c1'),
      { op: 'setQuota', role: 'a/b/c' },
      roles({ a: {}, 'a/b': {}, 'a/b/c': { guarantees: { cpus: 1 }, limits: { cpus: 1 } } }),
    ),
  },
  {
    id: 'ROL-02',
    says: 'a reservation is seen on all ancestors of its role',
    steps: tracked(
      agent('A', 'cpus(a/b/c):1'),
      { op: 'removeAgent', id: 'A' },
      roles({
        a: { reserved: { cpus: 1 } },
        'a/b': { reserved: { cpus: 1 } },
        'a/b/c': { reserved: { cpus: 1 } },
      }),
    ),
  },
  {
    id: 'ROL-02',
    says: 'a framework is seen on its very role only',
    steps: tracked(
      framework('F@a/b/c'),
      { op: 'removeFramework', id: 'F' },
      roles({
        a: { frameworks: {} },
        'a/b': { frameworks: {} },
        'a/b/c': { frameworks: { F: 0 } },
      }),
    ),
  },
  {
    id: 'ROL-03',
    says: 'a framework that left a role is seen there until it holds nothing more',
    steps: [
      on(framework('F@role1,role2'), nothing),
      on(agent('A', 'c1 m512', { used: { 'F@role1': 'c1 m512' } }), nothing),
      on({ op: 'updateFramework', id: 'F', roles: ['role2'] }, nothing),
      on(shares, roles({ role1: { frameworks: { F: 1 } } })),
      on(recover('F@role1', 'A', 'c1 m512'), nothing),
      on(shares, roles({ role1: null, role2: { frameworks: { F: 0 } } })),
      on(tick, offers('F@role2 A c1 m512')),
    ],
  },
  {
    id: 'ROL-03',
    says: 'the offers of a role that a framework leaves are taken back',
    steps: [
      on(framework('F@role1'), nothing),
      on(agent('A', 'c2 m512'), offers('F@role1 A c2 m512')),
      on(
        [{ op: 'updateFramework', id: 'F', roles: ['role2'] }, tick],
        offers('rescind F@role1 A c2 m512', 'F@role2 A c2 m512'),
      ),
    ],
  },
];
