import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import type { AppWire, PathId } from '../src/core/app/index.js';
import { DEFAULT_SETTINGS } from '../src/core/turn/index.js';
import { volumeViews } from '../src/core/volume/index.js';
import { explainWhy } from '../src/core/why/index.js';
import { SmallWorld, type SmallWorldOptions } from './small-world.js';

const DB = '/db/pg' as PathId;

function withApp(more: AppWire = {}, options: SmallWorldOptions = {}): SmallWorld {
  const world = new SmallWorld(options);
  world.create(DB, {
    cmd: 'postgres',
    role: 'db',
    cpus: 0.5,
    mem: 64,
    container: {
      type: 'MESOS',
      volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 100 } }],
    },
    ...more,
  });
  return world;
}

describe('apps whose data is measured', () => {
  const MIB = 2 ** 20;

  /** The data of the app's volumes takes so many MiB each. */
  function measured(world: SmallWorld, mib: number): void {
    world.advance(seconds(10));
    const uses = world.volumes(DB).map(({ id }) => ({ volumeId: id, bytes: mib * MIB }));
    world.inject({ kind: 'volumesMeasured', at: world.clock.now(), uses });
  }

  const told = (world: SmallWorld): readonly string[] =>
    world.events.flatMap((event) =>
      event.type === 'volume_use_changed_event' ? [`${event.state} ${event.used}`] : [],
    );

  it('are told of once when it outgrows its volume, and when it fits again; nothing is killed', () => {
    const world = withApp();
    const [before] = world.instances(DB);
    for (const mib of [50, 120, 130, 90]) measured(world, mib);
    expect(told(world)).to.deep.equal(['over 120', 'within 90']);
    measured(world, 120.4);
    const [view] = volumeViews(world.view);
    expect(view).to.include({ used: 120.4, state: 'inUse' });
    expect(view?.note).to.equal('it has outgrown its size: data holds 120.4 MiB of 100 MiB');
    const why = explainWhy({ state: world.view, now: world.clock.now() }, DB);
    expect(why?.causes.map(({ kind, message }) => [kind, message])).to.deep.equal([
      [
        'volume',
        `the volume data of ${before?.id ?? ''} is on h1, and data holds 120.4 MiB of 100 MiB`,
      ],
    ]);
    expect(world.instances(DB).map(({ task }) => task?.id)).to.deep.equal([before?.task?.id]);
  });

  it('are killed for it where the operator wants that, one after the other, and wait longer each time', () => {
    const settings = { ...DEFAULT_SETTINGS, killsOutgrown: true };
    const world = withApp({ instances: 2, backoffSeconds: 4 }, { settings });
    const before = world.instances(DB).map(({ id, incarnation }) => [id, incarnation]);
    measured(world, 120);
    const killed = world.instances(DB).filter(({ condition }) => condition === 'Scheduled');
    expect(killed).to.have.length(1);
    expect(world.view.taskFailures.get(DB)?.message).to.include(
      'Killed because its data has outgrown its volume (data holds 120 MiB of 100 MiB)',
    );
    expect(world.view.launchDelays.by('app', DB)[0]?.delay).to.equal(4_000);
    // It runs again, on the same data; nobody knows yet whether it has made room.
    world.advance(seconds(5));
    expect(world.instances(DB).map(({ id }) => id)).to.have.members(before.map(([id]) => id));
    measured(world, 90);
    world.advance(seconds(60));
    expect(world.instances(DB).every(({ condition }) => condition === 'Running')).to.equal(true);
    expect(world.volumes(DB)).to.have.length(2);
  });
});
