import { SeededChance } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';

import { RandomCommands } from '../scenarios/random-lines.js';
import { drfAllocator, sortClients } from '../src/allocator/index.js';
import { Replay } from './replay.js';
import type { ReplayEvent } from './replay-event.js';

type Line = Readonly<Record<string, unknown>>;

const AGENT: Line = { op: 'addAgent', id: 'A', hostname: 'h', resources: 'cpus:4;mem:1024' };
const FRAMEWORK: Line = { op: 'addFramework', id: 'F', roles: ['eng'] };
const EVERYTHING = { framework: 'F', role: 'eng', agent: 'A', resources: 'cpus:4;mem:1024' };

function fresh(): Replay {
  return new Replay({ makeAllocator: drfAllocator, sortClients });
}

/** Plays all lines and returns the events of the last one. */
function last(...lines: readonly unknown[]): readonly ReplayEvent[] {
  const replay = fresh();
  return lines.map((line, index) => replay.take(line, index + 1)).at(-1) ?? [];
}

function all(...lines: readonly unknown[]): readonly ReplayEvent[] {
  const replay = fresh();
  return lines.flatMap((line, index) => replay.take(line, index + 1));
}

function message(...lines: readonly unknown[]): string {
  return last(...lines)
    .map((event) => (event.event === 'error' ? event.message : JSON.stringify(event)))
    .join('\n');
}

describe('replay: commands and events', () => {
  it('offers what is free, at once', () => {
    expect(all(AGENT, FRAMEWORK)).to.deep.equal([{ event: 'offer', ...EVERYTHING }]);
  });

  it('offers a declined agent again when its filter ends, in the middle of an advance', () => {
    const decline = { op: 'decline', framework: 'F', agent: 'A', refuseSeconds: 2.5 };
    const again = [{ event: 'offer', ...EVERYTHING }];
    expect(last(AGENT, FRAMEWORK, decline)).to.deep.equal([]);
    expect(last(AGENT, FRAMEWORK, decline, { op: 'advance', seconds: 2.4 })).to.deep.equal([]);
    expect(last(AGENT, FRAMEWORK, decline, { op: 'advance', seconds: 60 })).to.deep.equal(again);
  });

  for (const refuseSeconds of [null, 'none', 0]) {
    it(`takes refuseSeconds ${String(refuseSeconds)} as no filter`, () => {
      const decline = { op: 'decline', framework: 'F', agent: 'A', refuseSeconds };
      expect(last(AGENT, FRAMEWORK, decline)).to.deep.equal([{ event: 'offer', ...EVERYTHING }]);
    });
  }

  it('gives the rest of an accepted offer back with a filter of five seconds', () => {
    const accept = { op: 'accept', ...EVERYTHING, resources: 'cpus:1;mem:24' };
    const rest = { event: 'offer', ...EVERYTHING, resources: 'cpus:3;mem:1000' };
    expect(last(AGENT, FRAMEWORK, accept)).to.deep.equal([]);
    const late = { op: 'advance', seconds: 5 };
    expect(last(AGENT, FRAMEWORK, accept, late)).to.deep.equal([rest]);
  });

  it('offers what a task used when it ends', () => {
    const accept = { op: 'accept', ...EVERYTHING };
    const recover = { op: 'recover', ...EVERYTHING, resources: 'cpus:1' };
    const offer = { event: 'offer', ...EVERYTHING, resources: 'cpus:1' };
    expect(last(AGENT, FRAMEWORK, accept, recover)).to.deep.equal([offer]);
  });

  it('takes offers back before it makes new ones', () => {
    const other = { op: 'addFramework', id: 'G', roles: ['ops'] };
    const events = last(AGENT, FRAMEWORK, other, { op: 'deactivateFramework', id: 'F' });
    expect(events).to.deep.equal([
      { event: 'rescind', ...EVERYTHING, reason: 'framework deactivated' },
      { event: 'offer', ...EVERYTHING, framework: 'G', role: 'ops' },
    ]);
  });

  it('keeps an offer open that was converted, and unreserves what it reserved', () => {
    const operate = { op: 'operate', ...EVERYTHING, resources: 'cpus(eng):1' };
    const reserve = { ...operate, operation: 'RESERVE' };
    const unreserve = { ...operate, operation: 'UNRESERVE' };
    const decline = { op: 'decline', framework: 'F', agent: 'A', refuseSeconds: null };
    const split = 'cpus:3;cpus(reservations: [(DYNAMIC,eng)]):1;mem:1024';
    expect(last(AGENT, FRAMEWORK, reserve, decline)).to.deep.equal([
      { event: 'offer', ...EVERYTHING, resources: split },
    ]);
    expect(last(AGENT, FRAMEWORK, reserve, unreserve, decline)).to.deep.equal([
      { event: 'offer', ...EVERYTHING },
    ]);
  });

  it('reserves as they are to be, and as they are', () => {
    const decline = { op: 'decline', framework: 'F', agent: 'A', refuseSeconds: null };
    const outcomes = ['cpus:1', 'cpus(eng):1', 'cpus(reservations: [(DYNAMIC,eng)]):1'].map(
      (resources) =>
        last(
          AGENT,
          FRAMEWORK,
          { op: 'operate', ...EVERYTHING, operation: 'RESERVE', resources },
          decline,
        ),
    );
    expect(outcomes[1]).to.deep.equal(outcomes[0]);
    expect(outcomes[2]).to.deep.equal(outcomes[0]);
  });

  it('makes, grows and shrinks a volume on an offer', () => {
    const agent = { ...AGENT, resources: 'cpus:1;mem:64;disk(eng):100' };
    const operate = { op: 'operate', framework: 'F', agent: 'A' };
    const volume = (size: number): string => `disk(eng)[v:data:rw]:${size}`;
    const decline = { op: 'decline', framework: 'F', agent: 'A', refuseSeconds: null };
    const [event] = last(
      agent,
      FRAMEWORK,
      { ...operate, operation: 'CREATE', resources: volume(10) },
      { ...operate, operation: 'GROW_VOLUME', resources: volume(10), addition: 'disk(eng):20' },
      { ...operate, operation: 'SHRINK_VOLUME', resources: volume(30), subtract: 5 },
      decline,
    );
    expect(event).to.have.property('resources', `cpus:1;disk(eng):75;${volume(25)};mem:64`);
    const again = { ...operate, operation: 'CREATE', resources: volume(10) };
    expect(message(agent, FRAMEWORK, again, again)).to.equal('/resources: volume v exists already');
  });

  it("takes back others' offers when a new guarantee needs them", () => {
    const quota = { op: 'setQuota', role: 'Q', guarantees: 'cpus:2' };
    const events = last(AGENT, FRAMEWORK, { op: 'addFramework', id: 'G', roles: ['Q'] }, quota);
    expect(events[0]).to.deep.equal({ event: 'rescind', ...EVERYTHING, reason: 'quota changed' });
    expect(events[1]).to.have.property('framework', 'G');
  });

  it('tells why there is no offer, in units', () => {
    const suppressed = { op: 'suppress', framework: 'F' };
    const explain = { op: 'explain', framework: 'F', role: 'eng', agent: 'A' };
    const declined = {
      op: 'decline',
      framework: 'F',
      agent: 'A',
      refuseSeconds: 9,
      reason: 'too far',
    };
    expect(last(AGENT, FRAMEWORK, declined, explain)).to.deep.equal([
      {
        event: 'explain',
        framework: 'F',
        role: 'eng',
        agent: 'A',
        gate: 'filtered',
        message: 'framework F declined agent A under role eng until 9 s (too far)',
        numbers: { untilSeconds: 9 },
      },
    ]);
    expect(last(AGENT, FRAMEWORK, declined, suppressed, explain)[0]).to.have.property(
      'gate',
      'suppressed',
    );
  });

  it('tells shares', () => {
    const accept = { op: 'accept', ...EVERYTHING, resources: 'cpus:1;mem:512' };
    const weight = { op: 'setWeight', role: 'eng', weight: 2 };
    const quota = { op: 'setQuota', role: 'eng', limits: { cpus: 3 } };
    expect(last(AGENT, FRAMEWORK, weight, quota, accept, { op: 'shares' })).to.deep.equal([
      {
        event: 'shares',
        roles: {
          eng: {
            share: 0.5,
            weight: 2,
            weightedShare: 0.25,
            guarantees: {},
            limits: { cpus: 3 },
            consumed: { cpus: 1, mem: 512 },
            reserved: {},
            allocated: { cpus: 1, mem: 512 },
            frameworks: { F: 0.5 },
          },
        },
        filters: 1,
        queued: 0,
      },
    ]);
  });

  it('offers only what asks fit to a framework that asks', () => {
    const asking = { ...FRAMEWORK, capabilities: ['ASKS'] };
    const ask = (resources: string): Line => ({
      op: 'ask',
      framework: 'F',
      role: 'eng',
      asks: [{ id: 'web', resources, count: 2 }],
    });
    expect(last(AGENT, asking)).to.deep.equal([]);
    expect(last(AGENT, asking, ask('cpus:9'))).to.deep.equal([]);
    expect(last(AGENT, asking, ask('cpus:1;mem:64'))[0]).to.have.property('event', 'offer');
  });
});

describe('replay: mistakes', () => {
  it('tells all that is wrong with a line, where, and changes nothing', () => {
    const wrong = { op: 'addAgent', id: '', resources: 'cpus', colour: 'red' };
    const replay = fresh();
    expect(replay.take(wrong, 3)).to.deep.equal([
      {
        event: 'error',
        command: 'addAgent',
        line: 3,
        message:
          '/id: a name is not empty; /resources: expected name:value (at 4); /colour: is no field of this op',
        path: '/id',
      },
    ]);
    expect(replay.take({ op: 'shares' }, 4)[0]).to.have.deep.property('roles', {});
  });

  const mistakes: readonly (readonly [string, readonly unknown[], string])[] = [
    ['no object', [[1]], 'a line is a JSON object'],
    ['no op', [{}], '/op: expected an op'],
    ['an unknown op', [{ op: 'fly' }], '/op: fly is no op'],
    ['an agent twice', [AGENT, AGENT], '/id: is known already'],
    ['an unknown agent', [{ op: 'removeAgent', id: 'B' }], '/id: no agent B'],
    [
      'a role that is none',
      [{ ...FRAMEWORK, roles: ['a//b'] }],
      '/roles/0: a//b: role components are words that do not begin with -, separated by /',
    ],
    [
      'a wish for a foreign role',
      [{ ...FRAMEWORK, suppressed: ['x'] }],
      '/suppressed: x is not one of its roles',
    ],
    [
      'a role that is not subscribed',
      [FRAMEWORK, { op: 'suppress', framework: 'F', roles: ['x'] }],
      '/roles: F is not subscribed to x',
    ],
    [
      'declining what is not offered',
      [AGENT, FRAMEWORK, { op: 'decline', ...EVERYTHING, resources: 'cpus:5' }],
      '/resources: only cpus:4;mem:1024 is offered there',
    ],
    [
      'declining nothing',
      [AGENT, { op: 'decline', framework: 'F', agent: 'A' }],
      'F has no open offer on A',
    ],
    [
      'accepting more than is offered',
      [AGENT, FRAMEWORK, { op: 'accept', ...EVERYTHING, resources: 'gpus:1' }],
      '/resources: only cpus:4;mem:1024 is offered there',
    ],
    [
      'recovering what is not used',
      [AGENT, FRAMEWORK, { op: 'recover', ...EVERYTHING, resources: 'cpus:1' }],
      '/resources: only nothing is used there',
    ],
    [
      'a guarantee that the cluster cannot keep',
      [AGENT, { op: 'setQuota', role: 'Q', guarantees: 'cpus:5' }],
      "all guarantees of cpus exceed the cluster's total (5 > 4)",
    ],
    ['configuring too late', [AGENT, { op: 'configure' }], 'must come before all other commands'],
    [
      'a gang of more than all',
      [
        FRAMEWORK,
        {
          op: 'ask',
          framework: 'F',
          role: 'eng',
          asks: [{ id: 'a', resources: 'cpus:1', count: 2, gang: 3 }],
        },
      ],
      '/asks/0/gang: a gang is at most count',
    ],
    [
      'an allocation of a client that is not there',
      [{ op: 'sort', sorter: 'drf', clients: ['a'], allocations: { b: 'cpus:1' } }],
      '/allocations/b: is not among the clients',
    ],
    [
      'a weight that is too small to count',
      [{ op: 'setWeight', role: 'a', weight: 1e-9 }],
      '/weight: a weight is at least 0.001',
    ],
    [
      'an amount that is too large to be exact',
      [{ op: 'setQuota', role: 'a', limits: { cpus: 1e300 } }],
      '/limits/cpus: expected at most 1000000000000',
    ],
    [
      'a conversion that makes something of nothing',
      [
        AGENT,
        FRAMEWORK,
        {
          ...EVERYTHING,
          op: 'operate',
          operation: 'CONVERT',
          conversions: [{ consumed: 'cpus:1', converted: 'cpus:2' }],
        },
      ],
      '/resources: cpus:1 cannot become cpus:2',
    ],
    [
      'a conversion of what its agent no longer has',
      [
        AGENT,
        FRAMEWORK,
        { op: 'updateAgent', id: 'A', resources: 'cpus:1;mem:1024' },
        { ...EVERYTHING, op: 'operate', operation: 'RESERVE' },
      ],
      '/resources: cpus:3 is not there',
    ],
    ['going back in time', [{ op: 'advance', seconds: -1 }], '/seconds: expected seconds >= 0'],
  ];
  for (const [name, lines, expected] of mistakes) {
    it(`refuses ${name}`, () => {
      expect(message(...lines)).to.equal(expected);
    });
  }
});

describe('replay: properties', () => {
  for (const mode of ['incremental', 'batch']) {
    it(`keeps the books of a random history right (${mode})`, () => {
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const commands = new RandomCommands(new SeededChance(seed));
          const replay = fresh();
          replay.take({ op: 'configure', mode, seed }, 1);
          for (let line = 2; line < 120; line += 1) {
            commands.saw(replay.take(commands.next(), line));
            expect(replay.violations()).to.deep.equal([]);
          }
        }),
        { numRuns: 25 },
      );
    });
  }

  it('gives the same events for the same lines and seed', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const commands = new RandomCommands(new SeededChance(seed));
        const lines: unknown[] = [{ op: 'configure', mode: 'batch', roleSorter: 'random', seed }];
        const replay = fresh();
        const events = [...replay.take(lines[0], 1)];
        for (let line = 2; line < 100; line += 1) {
          const command = commands.next();
          const answer = replay.take(command, line);
          commands.saw(answer);
          lines.push(command);
          events.push(...answer);
        }
        expect(all(...lines)).to.deep.equal(events);
      }),
      { numRuns: 15 },
    );
  });
});
