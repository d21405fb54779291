import { millis, SeededChance, type AgentId } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';

import { RandomCommands } from '../scenarios/random-lines.js';
import type { Line } from '../scenarios/scenario.js';
import { drfAllocator, sortClients, type AllocatorEvent } from '../src/allocator/index.js';
import type { FrameworkId } from '../src/framework/index.js';
import type { Attribute } from '../src/resources/index.js';
import { recordingAllocator } from './recording-allocator.js';
import { Replay } from './replay.js';
import type { ReplayEvent } from './replay-event.js';
import { bag } from '../testing/bag.js';

/** Plays lines to a recorded allocator: what it decided, and what was written. */
function record(
  configure: Line,
  commands: RandomCommands,
  count: number,
): {
  readonly decided: readonly ReplayEvent[];
  readonly written: readonly string[];
} {
  // An allocator is also made before `configure` has been read: only the last one counts.
  let written: string[] = [];
  const replay = new Replay({
    sortClients,
    makeAllocator: (settings) => {
      written = [];
      const mine = written;
      return recordingAllocator(drfAllocator(settings), (line) => mine.push(line), settings);
    },
  });
  const decided = [...replay.take(configure, 1)];
  for (let line = 2; line < count; line += 1) {
    const events = replay.take(commands.next(), line);
    commands.saw(events);
    decided.push(...events);
  }
  return { decided: decided.filter(isDecision), written };
}

function replayed(written: readonly string[]): readonly ReplayEvent[] {
  const replay = new Replay({ makeAllocator: drfAllocator, sortClients });
  return written.flatMap((line, index) => replay.take(JSON.parse(line), index + 1));
}

function isDecision(event: ReplayEvent): boolean {
  return event.event === 'offer' || event.event === 'inverseOffer';
}

describe('recording', () => {
  for (const mode of ['incremental', 'batch']) {
    it(`gives the same offers when it is replayed (${mode})`, () => {
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const roleSorter = seed % 2 === 0 ? 'drf' : 'random';
          const configure = {
            op: 'configure',
            mode,
            seed,
            roleSorter,
            allocationIntervalSeconds: 2,
          };
          const commands = new RandomCommands(new SeededChance(seed));
          const { decided, written } = record(configure, commands, 150);
          const again = replayed(written);
          expect(again.filter((event) => event.event === 'error')).to.deep.equal([]);
          expect(again.filter(isDecision)).to.deep.equal(decided);
        }),
        { numRuns: 40 },
      );
    });
  }

  it('writes merged turns only', () => {
    const written: string[] = [];
    const allocator = recordingAllocator(drfAllocator(), (line) => written.push(line));
    const dropped = allocator.begin();
    dropped.reduce({ kind: 'weightChanged', role: 'a', weight: 2 });
    const kept = allocator.begin();
    kept.reduce({ kind: 'weightChanged', role: 'a', weight: 3 });
    expect(written).to.have.length(1);
    kept.merge();
    expect(written.map((line) => JSON.parse(line) as unknown)).to.deep.equal([
      { op: 'configure', runs: 'explicit' },
      { op: 'setWeight', role: 'a', weight: 3 },
    ]);
  });

  it('writes the time of a run, its seed and its bound', () => {
    const written: string[] = [];
    const allocator = recordingAllocator(drfAllocator(), (line) => written.push(line));
    const turn = allocator.begin();
    turn.allocate({ now: millis(1_700_000_000_123), chance: new SeededChance(7), offersMax: 5 });
    turn.merge();
    expect(JSON.parse(written[1] ?? '')).to.deep.equal({
      op: 'allocate',
      atSeconds: 1_700_000_000.123,
      seed: new SeededChance(7).int(2 ** 32),
      offersMax: 5,
    });
  });

  it('keeps attributes that their text form cannot say', () => {
    const attributes: readonly Attribute[] = [
      { name: 'odd', type: 'TEXT', text: 'a;b:c' },
      { name: 'plain', type: 'TEXT', text: 'x' },
    ];
    const total = bag('cpus:1;mem:64');
    const agent = { id: 'A' as AgentId, hostname: 'h', attributes, total };
    const constraint = {
      selector: { kind: 'attribute' as const, name: 'odd' },
      predicate: { kind: 'textEquals' as const, value: 'a;b:c' },
    };
    const events: readonly AllocatorEvent[] = [
      { kind: 'agentAdded', agent, active: true },
      {
        kind: 'frameworkAdded',
        frameworkId: 'F' as FrameworkId,
        roles: ['*'],
        active: true,
        offerConstraints: { '*': { groups: [[constraint]] } },
      },
    ];
    const written: string[] = [];
    const allocator = recordingAllocator(drfAllocator(), (line) => written.push(line));
    const turn = allocator.begin();
    for (const event of events) turn.reduce(event);
    turn.allocate({ now: millis(5), chance: new SeededChance(1), offersMax: 9 });
    turn.merge();
    expect(replayed(written)).to.deep.equal([
      { event: 'offer', framework: 'F', role: '*', agent: 'A', resources: 'cpus:1;mem:64' },
    ]);
  });

  it('keeps what a transaction on a snapshot took', () => {
    const written: string[] = [];
    const allocator = recordingAllocator(drfAllocator(), (line) => written.push(line));
    const turn = allocator.begin();
    const total = bag('cpus:2;mem:64');
    const agent = { id: 'A' as AgentId, hostname: 'h', attributes: [], total };
    turn.reduce({ kind: 'agentAdded', agent, active: true });
    const frameworkId = 'F' as FrameworkId;
    turn.reduce({ kind: 'frameworkAdded', frameworkId, roles: ['*'], active: true });
    const version = turn.snapshots?.snapshot().agents[0]?.version ?? -1;
    const taking = { agentId: agent.id, version, resources: bag('cpus:1') };
    const outcome = turn.snapshots?.commit({
      frameworkId,
      role: '*',
      takings: [taking, { ...taking, agentId: 'B' as AgentId }],
      mode: 'partial',
    });
    expect(outcome?.committed).to.deep.equal(['A']);
    turn.allocate({ now: millis(5), chance: new SeededChance(1), offersMax: 9 });
    turn.merge();
    expect(replayed(written)).to.deep.equal([
      { event: 'offer', framework: 'F', role: '*', agent: 'A', resources: 'cpus:1;mem:64' },
    ]);
  });
});
