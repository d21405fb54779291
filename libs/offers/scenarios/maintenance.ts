import {
  advance,
  agent,
  decline,
  framework,
  nothing,
  offers,
  on,
  tick,
  repeat,
  type Line,
  type Scenario,
} from './scenario.js';

const YEAR = 31_536_000;

function unavailable(id: string, startSeconds: number): Line {
  return { op: 'setUnavailability', id, unavailability: { startSeconds } };
}

function answered(refuseSeconds: number): Line {
  return {
    op: 'answerInverse',
    framework: 'F',
    agent: 'A1',
    answer: 'DECLINE',
    refuseSeconds,
  };
}

const mnt01 = [
  on(
    agent('A1', 'c2 m1024', {
      used: { 'U@role': 'c2 m1024' },
      unavailability: { startSeconds: YEAR },
    }),
    nothing,
  ),
  on(framework('F@role'), nothing),
  on(agent('A2', 'c2 m1024'), offers('F@role A2 c2 m1024')),
];

const outstanding = [
  on(framework('F@*'), nothing),
  on(agent('A1', 'c2 m1024', { used: { 'F@*': 'c1 m1024' } }), offers('F@* A1 c1')),
  on(unavailable('A1', 600), offers('rescind F@* A1 c1', 'F@* A1 c1', 'inverse F A1 600')),
];

/** Section 7. */
export const MAINTENANCE: readonly Scenario[] = [
  {
    id: 'MNT-01',
    says: 'a framework nobody knows may hold an agent that goes into maintenance',
    steps: mnt01,
  },
  {
    id: 'MNT-02',
    says: 'who has something on an agent that goes into maintenance is asked to leave',
    steps: [
      ...mnt01,
      on(
        unavailable('A2', 60),
        offers('rescind F@role A2 c2 m1024', 'F@role A2 c2 m1024', 'inverse F A2 60'),
      ),
    ],
  },
  {
    id: 'MNT-03',
    says: 'only where it has something',
    steps: [
      on(framework('F@*'), nothing),
      on(agent('A1', 'c2 m1024'), offers('F@* A1 c2 m1024')),
      on(agent('A2', 'c2 m1024'), offers('F@* A2 c2 m1024')),
      on(decline('F@*', 'A2', 86_400), nothing),
      on(
        unavailable('A1', 60),
        offers('rescind F@* A1 c2 m1024', 'F@* A1 c2 m1024', 'inverse F A1 60'),
      ),
      on([unavailable('A2', 60), tick], nothing),
    ],
  },
  {
    id: 'MNT-04',
    says: 'nobody is asked twice before having answered',
    steps: [...outstanding, on(repeat(3, tick), nothing)],
  },
  {
    id: 'MNT-05',
    says: 'an answer is kept for as long as it says',
    steps: [
      ...outstanding,
      on([answered(5), advance(4)], nothing),
      on(tick, offers('inverse F A1 600')),
    ],
  },
  {
    id: 'MNT-05',
    says: 'another time of maintenance is another question',
    steps: [
      ...outstanding,
      on([answered(1000), tick], nothing),
      on(unavailable('A1', 700), offers('rescind F@* A1 c1', 'F@* A1 c1', 'inverse F A1 700')),
    ],
  },
  {
    id: 'MNT-06',
    says: 'a framework that is not connected is not asked',
    steps: [
      on(framework('F@*'), nothing),
      on(agent('A1', 'c2 m1024', { used: { 'F@*': 'c2 m1024' } }), nothing),
      on({ op: 'deactivateFramework', id: 'F' }, nothing),
      on([unavailable('A1', 60), tick], nothing),
    ],
  },
];
