import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import { SmallWorld } from './small-world.js';

const AGENTS = 40;
const INSTANCES = 200;
/** By the fields it has at the time, and in which order they came. */
const CLASSES_MAX = 8;

/** Every object of a kind that there was at the end of some turn, counted by hidden class. */
class ClassCount {
  private readonly haveSameClass = comparison();
  private readonly seen = new Set<object>();
  private readonly classes: object[] = [];

  add(objects: Iterable<object>): void {
    for (const object of objects) {
      if (this.seen.has(object)) continue;
      this.seen.add(object);
      if (!this.classes.some((known) => this.haveSameClass(known, object))) {
        this.classes.push(object);
      }
    }
  }

  get objects(): number {
    return this.seen.size;
  }

  get count(): number {
    return this.classes.length;
  }
}

describe('objects that are made by the thousand', () => {
  // For as long as it is asked: what is compiled lazily, or anew after it was flushed, needs it too.
  before('let V8 be asked for hidden classes', () => {
    setFlagsFromString('--allow-natives-syntax');
  });

  after('as it was', () => {
    setFlagsFromString('--no-allow-natives-syntax');
  });

  it('share few hidden classes, whatever turn made them', () => {
    const counts = {
      agents: new ClassCount(),
      instances: new ClassCount(),
      placements: new ClassCount(),
      tasks: new ClassCount(),
      events: new ClassCount(),
      effects: new ClassCount(),
    };
    const text = 'cpus:64;mem:65536;disk:100000;ports:[31000-32000]';
    const agents = Array.from({ length: AGENTS }, () => text);
    const world = new SmallWorld({ agents });
    world.onTurn = () => {
      const { master, rows } = world.state;
      counts.agents.add(master.state.agents.values());
      counts.tasks.add(master.state.tasks.values());
      counts.instances.add(rows.instances.values());
      counts.placements.add([...rows.instances.values()].flatMap(({ task }) => task ?? []));
    };
    world.create('/many', { cmd: 'sleep 100', cpus: 0.1, instances: INSTANCES });
    world.advance(millis(1_000));
    world.update('/many', { cmd: 'sleep 200' });
    for (const event of world.events) counts.events.add([event]);
    counts.effects.add(world.performed);

    expect(world.conditions('/many')).to.deep.equal({ Running: INSTANCES });
    expect(counts.agents.objects).to.be.at.least(AGENTS);
    for (const [kind, { objects, count }] of Object.entries(counts)) {
      expect(objects, kind).to.be.at.least(AGENTS);
      expect(count, `hidden classes of ${objects} ${kind}`).to.be.at.most(CLASSES_MAX);
    }
  });

  it('are told apart by fields and their order, as V8 does, whatever their values', () => {
    const rows = Array.from({ length: 20 }, (_, n) => ({ id: `${n}`, since: n }));
    const alike = new ClassCount();
    alike.add(rows.map(({ id, ...rest }) => ({ id, ...rest, until: 1 })));
    expect(alike.count).to.be.at.most(CLASSES_MAX);
    const mixed = new ClassCount();
    mixed.add(rows.map(({ id }) => ({ id, [`field${id}`]: 1 })));
    expect(mixed.count).to.equal(rows.length);
  });
});

/** Whether V8 gives two objects the same hidden class: a native of its own, behind a flag. */
function comparison(): (a: object, b: object) => boolean {
  return runInNewContext('(a, b) => %HaveSameMap(a, b)') as (a: object, b: object) => boolean;
}
