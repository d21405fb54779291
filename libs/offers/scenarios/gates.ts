import {
  agent,
  framework,
  nothing,
  offers,
  on,
  tick,
  type Line,
  type Scenario,
} from './scenario.js';

const OLD: Line = { capabilities: ['HIERARCHICAL_ROLE', 'RESERVATION_REFINEMENT'] };
const FULL = ['MULTI_ROLE', 'HIERARCHICAL_ROLE', 'RESERVATION_REFINEMENT'];
const REFINED = ['cpus', 'mem', 'disk']
  .map((name) => `${name}(reservations:[(STATIC,parent),(DYNAMIC,parent/child)]):1`)
  .join(' ');

const cap01 = [on(framework('F@role1'), nothing), on(agent('A1', 'c0.005 m16 d128'), nothing)];
const cap02 = [...cap01, on(agent('A2', 'c0.01 m16 d128'), offers('F@role1 A2 c0.01 m16 d128'))];
const cap03 = [...cap02, on(agent('A3', 'c0.005 m32 d128'), offers('F@role1 A3 c0.005 m32 d128'))];

const cap08 = [on(framework('F@role1'), nothing), on([agent('A', 'c1 m1 d1', OLD), tick], nothing)];

/** Section 3: minimum allocatable, capabilities, topology. */
export const GATES: readonly Scenario[] = [
  { id: 'CAP-01', says: 'too little of everything is not offered', steps: cap01 },
  { id: 'CAP-02', says: 'enough cpus are enough', steps: cap02 },
  { id: 'CAP-03', says: 'enough memory is enough', steps: cap03 },
  {
    id: 'CAP-04',
    says: 'reserved and unreserved amounts add up to the minimum',
    steps: [
      ...cap03,
      on(
        agent('A4', 'c0.008 m16 d128 c(role1)0.008 m(role1)16'),
        offers('F@role1 A4 c0.008 m16 d128 c(role1)0.008 m(role1)16'),
      ),
    ],
  },
  {
    id: 'CAP-05',
    says: "a framework's minimum for a role replaces the common one",
    steps: [
      ...cap01,
      on(
        [{ op: 'updateFramework', id: 'F', minAllocatable: { role1: ['cpus:0.00333'] } }, tick],
        offers('F@role1 A1 c0.005 m16 d128'),
      ),
    ],
  },
  {
    id: 'CAP-06',
    says: 'an empty minimum lets anything pass',
    steps: [
      on(framework('F@role1', { minAllocatable: { role1: [] } }), nothing),
      on(agent('A', 'c0.005 m16 d128'), offers('F@role1 A c0.005 m16 d128')),
    ],
  },
  {
    id: 'CAP-08',
    says: 'an agent without MULTI_ROLE is not offered to frameworks of many roles',
    steps: cap08,
  },
  {
    id: 'CAP-09',
    says: 'an agent that gains MULTI_ROLE is offered at once',
    steps: [
      ...cap08,
      on({ op: 'updateAgent', id: 'A', capabilities: FULL }, offers('F@role1 A c1 m1 d1')),
    ],
  },
  {
    id: 'CAP-10',
    says: 'an agent without HIERARCHICAL_ROLE is not offered to nested roles',
    steps: [
      on([framework('F@a/b'), framework('F0@a')], nothing),
      on([{ op: 'deactivateFramework', id: 'F0' }], nothing),
      on([agent('A', 'c1 m1024', { capabilities: ['MULTI_ROLE'] }), tick], nothing),
      on({ op: 'activateFramework', id: 'F0' }, offers('F0@a A c1 m1024')),
    ],
  },
  {
    id: 'CAP-11',
    says: 'an agent with gpus is withheld whole from frameworks without GPU_RESOURCES',
    configure: { filterGpu: true },
    steps: [
      on(framework('F@role1'), nothing),
      on([agent('A', 'c2 m1024 g1'), tick], nothing),
      on(framework('G@role1{GPU_RESOURCES}'), offers('G@role1 A c2 m1024 g1')),
    ],
  },
  {
    id: 'CAP-11',
    says: 'with the gpu filter off everybody is offered agents with gpus',
    configure: { filterGpu: false },
    steps: [
      on(framework('F@role1'), nothing),
      on(agent('A', 'c2 m1024 g1'), offers('F@role1 A c2 m1024 g1')),
    ],
  },
  {
    id: 'CAP-12',
    says: 'agents of another region are for REGION_AWARE frameworks only',
    configure: { region: 'r1' },
    steps: [
      on(framework('F@role1'), nothing),
      on([agent('A1', 'c1 m512', { domain: { region: 'r2', zone: 'z' } }), tick], nothing),
      on(
        agent('A2', 'c1 m512', { domain: { region: 'r1', zone: 'z' } }),
        offers('F@role1 A2 c1 m512'),
      ),
      on(framework('G@role1{REGION_AWARE}'), offers('G@role1 A1 c1 m512')),
    ],
  },
  {
    id: 'CAP-12',
    says: 'an agent without a domain is in the region of the master',
    configure: { region: 'r1' },
    steps: [
      on(framework('F@role1'), nothing),
      on(agent('A', 'c1 m512'), offers('F@role1 A c1 m512')),
    ],
  },
  {
    id: 'CAP-13',
    says: 'a poorer framework that cannot take refined reservations does not stop the next one',
    steps: [
      on(framework('F1@parent/child{RESERVATION_REFINEMENT}'), nothing),
      on(agent('A1', 'c1 m1 d1'), offers('F1@parent/child A1 c1 m1 d1')),
      on(framework('F2@parent/child'), nothing),
      on(agent('A2', REFINED), offers(`F1@parent/child A2 ${REFINED}`)),
    ],
  },
  {
    id: 'CAP-15',
    says: 'an agent that is not active is not offered; activating it waits for the next cycle',
    steps: [
      on(framework('F@role1'), nothing),
      on(agent('A', 'c1 m512'), offers('F@role1 A c1 m512')),
      on({ op: 'deactivateAgent', id: 'A' }, offers('rescind F@role1 A c1 m512')),
      on(tick, nothing),
      on({ op: 'activateAgent', id: 'A' }, nothing),
      on(tick, offers('F@role1 A c1 m512')),
    ],
  },
  {
    id: 'CAP-15',
    says: 'a host that is not let in is not offered',
    steps: [
      on([framework('F@role1'), { op: 'letIn', hostnames: ['A2'] }], nothing),
      on([agent('A1', 'c1 m512'), tick], nothing),
      on(agent('A2', 'c1 m512'), offers('F@role1 A2 c1 m512')),
      on([{ op: 'letIn' }, tick], offers('F@role1 A1 c1 m512')),
    ],
  },
];
