import {
  agent,
  anything,
  counts,
  decline,
  everyoneDeclines,
  framework,
  nothing,
  offers,
  on,
  repeat,
  shares,
  tick,
  weight,
  type Scenario,
} from './scenario.js';

const drf01 = [
  on(agent('A1', 'c2 m1024'), nothing),
  on(framework('F1@role1'), offers('F1@role1 A1 c2 m1024')),
];
const drf02 = [
  ...drf01,
  on(framework('F2@role2'), nothing),
  on(agent('A2', 'c1 m512'), offers('F2@role2 A2 c1 m512')),
];
const drf03 = [...drf02, on(agent('A3', 'c3 m2048'), offers('F2@role2 A3 c3 m2048'))];
const drf04 = [
  ...drf03,
  on(framework('F3@role1'), nothing),
  on(agent('A4', 'c4 m4096'), offers('F3@role1 A4 c4 m4096')),
];
const drf05 = [
  ...drf04,
  on(framework('F4@role1'), nothing),
  on(agent('A5', 'c1 m512'), offers('F2@role2 A5 c1 m512')),
];

const drf06 = [
  on(agent('A1', 'c1 m512 c(role1)100 m(role1)1024'), nothing),
  on(framework('F1@role1'), offers('F1@role1 A1 c1 m512 c(role1)100 m(role1)1024')),
  on(framework('F2@role2'), nothing),
  on(agent('A2', 'c2 m512'), offers('F2@role2 A2 c2 m512')),
];

const drf10 = [
  on(agent('A1', 'c2 m1024'), nothing),
  on(framework('F1@a/b'), offers('F1@a/b A1 c2 m1024')),
  on(framework('F2@a/c'), nothing),
  on(framework('F3@d/e'), nothing),
  on(agent('A2', 'c1 m512'), offers('F3@d/e A2 c1 m512')),
];

const sixAgents = ['A1', 'A2', 'A3', 'A4', 'A5', 'A6'];
const drf15 = [
  on([framework('F1@role1'), framework('F2@role2')], nothing),
  on(
    sixAgents.map((id) => agent(id, 'c2 m1024')),
    anything,
  ),
  on([everyoneDeclines(null), weight('role2', 2)], nothing),
  on(tick, counts({ F1: 2, F2: 4 })),
];

/** Section 1: hierarchical, weighted dominant resource fairness. */
export const FAIR_SHARE: readonly Scenario[] = [
  { id: 'DRF-01', says: 'the only framework gets the whole agent', steps: drf01 },
  { id: 'DRF-02', says: 'the role that has nothing is served first', steps: drf02 },
  { id: 'DRF-03', says: 'the role with the smaller dominant share is served', steps: drf03 },
  {
    id: 'DRF-04',
    says: 'first the poorest role, then the poorest framework in it',
    steps: drf04,
  },
  {
    id: 'DRF-05',
    says: 'an idle framework in a richer role does not beat a poorer role',
    steps: drf05,
  },
  {
    id: 'DRF-06',
    says: 'reserved and unreserved resources come in one offer, and both make a role rich',
    steps: drf06,
  },
  {
    id: 'DRF-08',
    says: 'reserved resources are shared fairly inside their role',
    steps: [
      ...drf06,
      on(agent('A3', 'c2 m512'), offers('F2@role2 A3 c2 m512')),
      on(framework('F3@role1'), nothing),
      on(agent('A4', 'c(role1)2 m(role1)1024'), offers('F3@role1 A4 c(role1)2 m(role1)1024')),
    ],
  },
  {
    id: 'DRF-09',
    says: 'a resource that is excluded from fairness makes nobody rich',
    configure: { fairnessExclude: ['gpus'] },
    steps: [
      on(agent('A1', 'c2 m1024 g1'), nothing),
      on(framework('F1@role1{GPU_RESOURCES}'), offers('F1@role1 A1 c2 m1024 g1')),
      ...drf05.slice(2),
    ],
  },
  { id: 'DRF-10', says: 'subtrees of roles are compared from the top', steps: drf10 },
  {
    id: 'DRF-11',
    says: 'inside the poorest subtree the poorest role is served',
    steps: [
      ...drf10,
      on(framework('F4@d/f'), nothing),
      on(agent('A3', 'c2 m1024'), offers('F4@d/f A3 c2 m1024')),
    ],
  },
  {
    id: 'DRF-12',
    says: 'equals take turns: the number of allocations decides, then the name',
    steps: [
      on([framework('F1@*'), framework('F2@*')], nothing),
      on(
        [agent('A1', 'c2 m1024'), ...repeat(9, everyoneDeclines(null), tick)],
        counts({ F1: 5, F2: 5 }),
      ),
    ],
  },
  {
    id: 'DRF-13',
    says: 'agents are given whole, one to each',
    steps: [
      on([agent('A1', 'c2 m1024'), agent('A2', 'c2 m1024')], nothing),
      on(framework('F1@role1'), counts({ F1: 2 })),
      on(everyoneDeclines(null), nothing),
      on(framework('F2@role2'), counts({ F1: 1, F2: 1 })),
    ],
  },
  { id: 'DRF-15', says: 'weight 2 means twice as many agents', steps: drf15 },
  {
    id: 'DRF-16',
    says: 'the weight of a role may be set before anybody has the role, which causes no run',
    steps: [
      ...drf15,
      on([everyoneDeclines(null), weight('role3', 3)], nothing),
      on(framework('F3@role3'), counts({ F1: 1, F2: 2, F3: 3 })),
    ],
  },
  {
    id: 'DRF-17',
    says: 'what is used is booked once, whichever of agent and framework comes first',
    steps: [
      on(framework('F1@R1', { used: { 'A1@R1': 'c1' } }), nothing),
      on(agent('A1', 'c1', { used: { 'F1@R1': 'c1' } }), nothing),
      on(agent('A2', 'c1', { used: { 'F2@R2': 'c1' } }), nothing),
      on(framework('F2@R2', { used: { 'A2@R2': 'c1' } }), nothing),
      on(shares, { kind: 'shares', roles: { R1: { share: 0.5 }, R2: { share: 0.5 } } }),
    ],
  },
  {
    id: 'DRF-18',
    says: 'what was held on an agent is gone with the agent',
    steps: [
      on(agent('A1', 'c2 m200'), nothing),
      on(framework('F1@role'), offers('F1@role A1 c2 m200')),
      on(framework('F2@role'), nothing),
      on(agent('A2', 'c1 m100'), offers('F2@role A2 c1 m100')),
      on({ op: 'removeAgent', id: 'A1' }, offers('rescind F1@role A1 c2 m200')),
      on(agent('A3', 'c1 m100'), offers('F1@role A3 c1 m100')),
    ],
  },
  {
    id: 'DRF-19',
    says: 'shares follow what is offered, and end with the last framework of a role',
    steps: [
      on(agent('A1', 'c1 m1024'), nothing),
      on(framework('F1@roleA'), offers('F1@roleA A1 c1 m1024')),
      on(shares, { kind: 'shares', roles: { roleA: { share: 1 } } }),
      on(decline('F1@roleA', 'A1', null), nothing),
      on(shares, { kind: 'shares', roles: { roleA: { share: 0 } } }),
      on(framework('F2@roleB'), offers('F2@roleB A1 c1 m1024')),
      on(shares, { kind: 'shares', roles: { roleA: { share: 0 }, roleB: { share: 1 } } }),
      on(agent('A2', 'c1 m1024'), offers('F1@roleA A2 c1 m1024')),
      on(shares, { kind: 'shares', roles: { roleA: { share: 0.5 }, roleB: { share: 0.5 } } }),
      on({ op: 'removeFramework', id: 'F2' }, offers('rescind F2@roleB A1 c1 m1024')),
      on(shares, { kind: 'shares', roles: { roleA: { share: 0.5 }, roleB: null } }),
    ],
  },
  {
    id: 'DRF-20',
    says: 'a share leaves excluded resources out',
    configure: { fairnessExclude: ['gpus'] },
    steps: [
      on(agent('A1', 'c1 m1024 g1'), nothing),
      on(framework('F1@roleA{GPU_RESOURCES}'), offers('F1@roleA A1 c1 m1024 g1')),
      on(framework('F2@roleB'), nothing),
      on(agent('A2', 'c3 m3072'), offers('F2@roleB A2 c3 m3072')),
      on(shares, { kind: 'shares', roles: { roleA: { share: 0.25 }, roleB: { share: 0.75 } } }),
    ],
  },
];
