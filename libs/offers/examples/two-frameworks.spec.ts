import { limits, NO_QUANTITIES, quantities, type Quota } from '@ekiden/offers';
import { expect } from 'chai';

import { HelloFramework } from '../../../examples/hello-framework/hello-framework.js';
import { SimulatedPool } from '../../../examples/hello-framework/simulated-pool.js';
import { SteadyFramework } from '../../../examples/hello-framework/steady-framework.js';
import { resources } from './embed-in-a-test.js';

const NEEDS = resources('cpus:1;mem:64');

interface RoleSetting {
  readonly weight?: number;
  readonly quota?: Quota;
}

/** 24 processors, and what an operator says of the roles. */
function poolWith(seed: number, roles: Readonly<Record<string, RoleSetting>>): SimulatedPool {
  const pool = new SimulatedPool({ agents: 6, total: resources('cpus:4;mem:1024'), seed });
  pool.turn((turn) => {
    for (const [role, setting] of Object.entries(roles)) {
      expect(turn.setRole(role, setting).ok, role).to.equal(true);
    }
  });
  return pool;
}

/** More than there is room for, and always more to come. */
function hungryService(role = 'services'): SteadyFramework {
  return new SteadyFramework('service', { role, instances: 100, needs: NEEDS, runSeconds: 8 });
}

function hungryBatch(role = 'batch'): HelloFramework {
  return new HelloFramework('hello', { role, tasks: 1e6, needs: NEEDS, runSeconds: 5 });
}

describe('two frameworks', () => {
  it('share one pool in the long run as their roles weigh, 2 to 1', () => {
    for (const seed of [1, 2, 3]) {
      const pool = poolWith(seed, { services: { weight: 2 } });
      const service = hungryService();
      const hello = hungryBatch();
      pool.add(hello);
      pool.add(service);
      while (pool.elapsed < 60) pool.tick();
      let [ofService, ofHello] = [0, 0];
      while (pool.elapsed < 360) {
        pool.tick();
        ofService += pool.cpusOf(service.id);
        ofHello += pool.cpusOf(hello.id);
      }
      expect(ofService / ofHello, `seed ${seed}`).to.be.within(1.8, 2.2);
      expect((ofService + ofHello) / 300, 'nothing lies idle').to.be.above(23);
    }
  });

  it('never get more than the limit of their role, though the rest lies idle', () => {
    const quota = { guarantees: NO_QUANTITIES, limits: limits({ cpus: 6 }) };
    const pool = poolWith(4, { batch: { quota } });
    const hello = hungryBatch();
    pool.add(hello);
    for (let i = 0; i < 30; i += 1) {
      pool.tick();
      expect(pool.cpusOf(hello.id)).to.equal(6);
    }
    const service = hungryService();
    pool.add(service);
    expect(pool.cpusOf(service.id), 'what is left').to.equal(18);
  });

  it('are bound by the limit of a role above theirs, together', () => {
    const quota = { guarantees: NO_QUANTITIES, limits: limits({ cpus: 9 }) };
    const pool = poolWith(5, { eng: { quota }, 'eng/web': { weight: 2 } });
    const service = hungryService('eng/web');
    const hello = hungryBatch('eng/batch');
    pool.add(service);
    pool.add(hello);
    while (pool.elapsed < 60) pool.tick();
    let ofService = 0;
    for (let i = 0; i < 300; i += 1) {
      pool.tick();
      ofService += pool.cpusOf(service.id);
      expect(pool.cpusOf(service.id) + pool.cpusOf(hello.id)).to.equal(9);
    }
    expect(ofService / 300, 'two thirds of it').to.be.within(5.4, 6.6);
  });

  it('find what their role is guaranteed, however late they come and however little they weigh', () => {
    const quota = { guarantees: quantities({ cpus: 10, mem: 640 }), limits: limits({}) };
    const pool = poolWith(6, { services: { quota }, batch: { weight: 9 } });
    const hello = hungryBatch();
    pool.add(hello);
    while (pool.elapsed < 30) pool.tick();
    expect(pool.cpusOf(hello.id), 'all but what is kept free').to.equal(14);
    const service = hungryService();
    pool.add(service);
    expect(pool.cpusOf(service.id), 'at once').to.equal(10);
    for (let i = 0; i < 60; i += 1) {
      pool.tick();
      // An offer that meets a guarantee brings along what else is free on that agent.
      expect(pool.cpusOf(service.id)).to.be.at.least(10);
      expect(pool.cpusOf(service.id) + pool.cpusOf(hello.id)).to.equal(24);
    }
  });
});
