import {
  agent,
  allocate,
  counts,
  decline,
  framework,
  nothing,
  offers,
  on,
  shares,
  tick,
  type Expected,
  type Line,
  type Scenario,
} from './scenario.js';

function update(id: string, resources: string, used: Line = {}): Line {
  return { op: 'updateAgent', id, resources, ...used };
}

function queued(count: number): Expected {
  return { kind: 'shares', roles: {}, queued: count };
}

const BASE = 'cpus:100;mem:100;disk:100';
const agt01 = [
  on(framework('F@role1{REVOCABLE_RESOURCES}'), nothing),
  on(agent('A', 'c100 m100 d100'), offers('F@role1 A c100 m100 d100')),
  on(update('A', `${BASE};cpus{REV}:10`), offers('F@role1 A c{REV}10')),
];

const agt05 = [
  on(framework('F@role1'), nothing),
  on(agent('A', 'c100 m100 d100'), offers('F@role1 A c100 m100 d100')),
  on(update('A', 'cpus:112;mem:100;disk:100'), offers('F@role1 A c12')),
];

const agt08 = [
  on([framework('F1@role1', { active: false }), framework('F2@role2', { active: false })], nothing),
  on(agent('A1', 'c1 m100 d10'), nothing),
  on(
    update('A1', 'cpus:3;mem:300;disk:30', { used: { F1: { role1: 'cpus:2;mem:200;disk:20' } } }),
    nothing,
  ),
  on({ op: 'activateFramework', id: 'F2' }, offers('F2@role2 A1 c1 m100 d10')),
];

/** Section 6: totals, oversubscription, resource providers, runs. */
export const AGENTS: readonly Scenario[] = [
  { id: 'AGT-01', says: 'revocable resources that join are offered', steps: agt01 },
  {
    id: 'AGT-02',
    says: 'more of them are offered, fewer leave the agent over-allocated and never below nothing',
    steps: [
      ...agt01,
      on(update('A', `${BASE};cpus{REV}:12`), offers('F@role1 A c{REV}2')),
      on([update('A', `${BASE};cpus{REV}:5`), tick], nothing),
    ],
  },
  {
    id: 'AGT-03',
    says: 'revocable resources are for frameworks with REVOCABLE_RESOURCES only',
    steps: [
      on(framework('F@role1'), nothing),
      on(agent('A', 'c100 m100 d100'), offers('F@role1 A c100 m100 d100')),
      on([update('A', `${BASE};cpus{REV}:10`), tick], nothing),
    ],
  },
  {
    id: 'AGT-04',
    says: 'what comes back is offered again, revocable and regular',
    steps: [
      ...agt01,
      on(decline('F@role1', 'A', null, 'c{REV}6 c2'), nothing),
      on(tick, offers('F@role1 A c{REV}6 c2')),
    ],
  },
  { id: 'AGT-05', says: 'a total that grows is offered at once', steps: agt05 },
  {
    id: 'AGT-06',
    says: 'a total that shrank below what is held is offered when all comes back',
    steps: [
      ...agt05,
      on(update('A', 'cpus:50;mem:50;disk:50'), nothing),
      on(decline('F@role1', 'A', null), nothing),
      on(tick, offers('F@role1 A c50 m50 d50')),
    ],
  },
  {
    id: 'AGT-08',
    says: 'a resource provider that joins with used resources makes their framework richer',
    steps: agt08,
  },
  {
    id: 'AGT-09',
    says: 'and the poorer one gets the next agent',
    steps: [
      ...agt08,
      on({ op: 'activateFramework', id: 'F1' }, nothing),
      on(agent('A2', 'c1 m100 d10'), offers('F2@role2 A2 c1 m100 d10')),
    ],
  },
  {
    id: 'AGT-10',
    says: 'a provider may use what the agent had free; only the rest is offered',
    steps: [
      on(framework('F@role1', { active: false }), nothing),
      on(agent('A', 'c2 m200 d20'), nothing),
      on(
        update('A', 'cpus:2;mem:200;disk:20', {
          used: { F: { role1: 'cpus:1;mem:100;disk:10' } },
        }),
        nothing,
      ),
      on([{ op: 'activateFramework', id: 'F' }, tick], offers('F@role1 A c1 m100 d10')),
    ],
  },
  {
    id: 'AGT-11',
    says: 'an update that changes nothing causes no run',
    configure: { runs: 'explicit' },
    steps: [
      on([framework('F@role1'), agent('A', 'c1 m100', { attributes: 'a:b' })], nothing),
      on(allocate, offers('F@role1 A c1 m100')),
      on(
        [decline('F@role1', 'A', null), { op: 'updateAgent', id: 'A', attributes: 'a:b' }],
        nothing,
      ),
      on(shares, queued(0)),
      on(allocate, nothing),
    ],
  },
  {
    id: 'AGT-12',
    says: 'an agent queues itself, a framework queues all agents',
    configure: { runs: 'explicit' },
    steps: [
      on(agent('A1', 'c1 m100'), nothing),
      on(shares, queued(1)),
      on([agent('A2', 'c1 m100'), allocate], nothing),
      on(shares, queued(0)),
      on(framework('F@role1'), nothing),
      on(shares, queued(2)),
      on(allocate, counts({ F: 2 })),
      on(shares, queued(0)),
    ],
  },
  {
    id: 'AGT-13',
    says: 'hundreds of agents that come together are looked at in one run',
    configure: { runs: 'explicit' },
    steps: [
      on(framework('F@role1'), nothing),
      on(
        Array.from({ length: 300 }, (_, i) => agent(`A${i}`, 'c1 m100')),
        nothing,
      ),
      on(shares, queued(300)),
      on(allocate, counts({ F: 300 })),
      on(shares, queued(0)),
    ],
  },
];
