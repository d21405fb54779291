import { expect } from 'chai';
import { ManualClock } from '@ekiden/kernel';
import { SmallWorld } from '../../testing/small-world.js';
import { MetricsRegistry } from '../adapters/metrics/index.js';
import type { StateView } from '../core/turn/index.js';
import { ServiceMeters } from './service-meters.js';

describe('meters of the service', () => {
  const APP = { cmd: 'sleep 1', mem: 32, portDefinitions: [] };

  function gaugesOf(state: StateView): (name: string) => number | undefined {
    const metrics = new MetricsRegistry(new ManualClock());
    const meters = new ServiceMeters(metrics, {
      state: () => state,
      mailboxSize: () => 0,
      leadingFor: () => undefined,
    });
    expect(meters).to.not.equal(undefined);
    const { gauges } = metrics.snapshot();
    return (name) => gauges[`marathon.${name}.gauge`]?.['value'] as number | undefined;
  }

  it('count instances by what they do, without going through them', () => {
    const world = new SmallWorld({ agents: ['cpus:4;mem:1024'] });
    world.create('/runs', { ...APP, cpus: 1, instances: 3 });
    world.create('/waits', { ...APP, cpus: 9, instances: 2 });
    const { view } = world;
    // of a large cluster they are a hundred thousand, gone through at each scrape
    view.instances.values = () => {
      throw new Error('all instances are gone through');
    };
    const gauge = gaugesOf(view);
    expect(gauge('instances.running')).to.equal(3);
    expect(gauge('instances.waiting')).to.equal(2);
    expect(gauge('instances.staged')).to.equal(0);
    expect(gauge('apps.active')).to.equal(2);
  });
});
