import { expect } from 'chai';
import fc from 'fast-check';
import { runSteps } from '@ekiden/kernel';
import { sampleOffer } from '../matching/sample-offer.js';
import { SmallWorld } from '../../../testing/small-world.js';
import type { AppDefinition, AppWire } from '../app/index.js';
import { hostsOf, judgeAgents, tryOn } from '../matching/index.js';
import { edited, type Change } from './change.js';
import { explainPlacement } from './explain-placement.js';
import { Inquiry } from './inquiry.js';

const agent = fc.record({
  cpus: fc.constantFrom(0.5, 1, 2, 4),
  mem: fc.constantFrom(64, 256, 1024),
  ports: fc.constantFrom('[31000-31003]', '[31000-31000]'),
  rack: fc.constantFrom('r1', 'r2', undefined),
});

const constraint = fc.constantFrom<readonly string[]>(
  ['hostname', 'UNIQUE'],
  ['rack', 'GROUP_BY', '2'],
  ['rack', 'LIKE', 'r1'],
  ['rack', 'CLUSTER', 'r2'],
  ['rack', 'MAX_PER', '1'],
  ['rack', 'IS', 'r9'],
);

const app = fc.record({
  cpus: fc.constantFrom(0.5, 1.5, 3, 8),
  mem: fc.constantFrom(32, 512, 2048),
  instances: fc.integer({ min: 1, max: 6 }),
  constraints: fc.array(constraint, { maxLength: 2 }),
  fixedPort: fc.boolean(),
});

type Wish = typeof app extends fc.Arbitrary<infer T> ? T : never;

function wire({ cpus, mem, instances, constraints, fixedPort }: Wish): AppWire {
  const ports = fixedPort ? { requirePorts: true, portDefinitions: [{ port: 31000 }] } : {};
  const { constraints: _none, ...rest } = { constraints, cpus, mem, instances, cmd: 'sleep 1' };
  return { ...rest, constraints: constraints, portDefinitions: [], ...ports };
}

function worldOf(agents: readonly (typeof agent extends fc.Arbitrary<infer T> ? T : never)[]) {
  return new SmallWorld({
    agents: agents.map(({ cpus, mem, ports }) => `cpus:${cpus};mem:${mem};ports:${ports}`),
    attributes: agents.map(({ rack }) => (rack === undefined ? '' : `rack:${rack}`)),
  });
}

/** Whether one more instance runs once the change is made, by the rules that place instances. */
function wouldFit(world: SmallWorld, spec: AppDefinition, change: Change): boolean {
  const hosts = hostsOf(world.view);
  const { others } = judgeAgents(world.view, spec, { hosts, ask: undefined });
  if (change.kind === 'scale') return change.to < change.from;
  if (change.kind === 'addAgent') {
    const { free, attributes } = change.host;
    const text = `cpus:${free.cpus};mem:${free.mem};disk:${free.disk};ports:[31000-31010]`;
    const told = attributes.map(([name, value]) => `${name}:${value ?? 'another'}`).join(';');
    const offer = sampleOffer(99, { resources: text, attributes: told });
    return tryOn(spec, { place: offer, free: offer.resources, others }).ok;
  }
  const host = hosts.find(({ row }) => row.id === change.agentId);
  if (host === undefined) return false;
  const edits = change.kind === 'definition' ? change.edits : [];
  const changed = edits.reduce((before, edit) => edited(before, edit), spec);
  return tryOn(changed, { place: host.row, free: host.free, others }).ok;
}

describe('why, whatever the agents and the app', () => {
  it('counts every agent once, says what matching does, and proposes only what would fit', () => {
    fc.assert(
      fc.property(fc.array(agent, { minLength: 1, maxLength: 6 }), app, (agents, wish) => {
        const world = worldOf(agents);
        world.create('/other', { cmd: 'sleep 1', cpus: 0.5, mem: 32, instances: 2 });
        world.create('/web', wire(wish));
        const spec = world.view.root.apps.get('/web' as never);
        if (spec === undefined) throw new Error('no app');
        const sight = { state: world.view };
        const inquiry = new Inquiry({ now: world.clock.now() }, () => sight);
        const waiting = world.view.instances.count('scheduled', '/web');
        const counts = { placed: spec.instances - waiting, wanted: spec.instances };
        const { placement, placing } = runSteps(explainPlacement(inquiry, spec, counts));

        const told = placement.groups.reduce((sum, { count }) => sum + count, 0);
        expect(told).to.equal(agents.length);
        const numbers = placement.sentence.match(/(?:^|; )(\d+)(?= )/g) ?? [];
        const said = numbers.reduce((sum, text) => sum + Number(text.replace('; ', '')), 0);
        if (placement.groups.length > 1) expect(said).to.equal(agents.length);
        // What waits is refused everywhere, and what is refused everywhere waits.
        for (const { row, free, refusals } of placing.agents) {
          const fits = tryOn(spec, { place: row, free, others: placing.others }).ok;
          expect(refusals.length === 0).to.equal(fits);
          if (waiting > 0) expect(fits).to.equal(false);
        }
        if (waiting > 0) expect(placement.nearest).to.not.equal(undefined);
        for (const change of placement.changes) {
          expect(wouldFit(world, spec, change), JSON.stringify(change)).to.equal(true);
        }
      }),
      { numRuns: 80 },
    );
  });
});
