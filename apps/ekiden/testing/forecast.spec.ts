import { expect } from 'chai';
import type { PathId } from '../src/core/app/index.js';
import type { Forecast } from '../src/core/deployment/index.js';
import type { RootChange } from '../src/core/turn/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';
import { changeCommand } from './small-world.js';

const ports = 'ports:[31000-31999]';
const TWO = [`cpus:4;mem:4096;${ports}`, `cpus:4;mem:4096;${ports}`];

function forecast(world: RolloutWorld, change: RootChange): Forecast {
  const before = JSON.stringify(world.dump());
  const reply = world.send({ ...changeCommand(change), dryRun: true } as never);
  if (reply.kind !== 'planned') throw new Error(`not planned: ${JSON.stringify(reply)}`);
  expect(JSON.stringify(world.dump())).to.equal(before);
  return reply.forecast;
}

function put(apps: readonly ReturnType<typeof sleeper>[]): RootChange {
  return { kind: 'updateGroup', id: '/g' as PathId, group: { apps } };
}

/** `2 /g/web 3 of 4: short 1 cpus on 1 agent` */
function told({ placements }: Forecast): string[] {
  return placements.map(
    ({ step, app, starts, fit, missing }) =>
      `${step} ${app} ${fit} of ${starts}${missing === undefined ? '' : `: ${missing}`}`,
  );
}

describe('What a plan would find on the agents', () => {
  it('tells of each step how many instances fit, and where', () => {
    const world = new RolloutWorld({ agents: TWO });
    const found = forecast(world, put([sleeper('web', { cpus: 1, instances: 3 })]));
    expect(told(found)).to.deep.equal(['1 /g/web 3 of 3']);
    expect(found.placements[0]?.agents.map(({ instances }) => instances).sort()).to.deep.equal([
      1, 2,
    ]);
  });

  it('says what is missing in the words of why', () => {
    const world = new RolloutWorld({ agents: TWO });
    const found = forecast(world, put([sleeper('web', { cpus: 2.5, instances: 4 })]));
    expect(told(found)).to.deep.equal(['1 /g/web 2 of 4: 2 of 4 fit; short 2 cpus on 2 agents']);
  });

  it('counts what an earlier step takes', () => {
    const world = new RolloutWorld({ agents: TWO });
    const found = forecast(
      world,
      put([
        sleeper('db', { cpus: 3, instances: 2 }),
        sleeper('web', { cpus: 2, instances: 2, dependencies: ['db'] }),
      ]),
    );
    expect(told(found)).to.deep.equal([
      '1 /g/db 2 of 2',
      '2 /g/web 0 of 2: 0 of 2 fit; short 2 cpus on 2 agents',
    ]);
  });

  it('counts what an earlier step frees', () => {
    const world = new RolloutWorld({ agents: TWO });
    accepted(world.putGroup('/g', { apps: [sleeper('old', { cpus: 4, instances: 2 })] }));
    const found = forecast(world, put([sleeper('new', { cpus: 4, instances: 2 })]));
    expect(told(found)).to.deep.equal(['2 /g/new 2 of 2']);
  });

  it('a rolling replacement uses what its own older instances leave', () => {
    const world = new RolloutWorld({ agents: TWO });
    const half = { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 };
    const web = sleeper('web', { cpus: 4, instances: 2, upgradeStrategy: half });
    accepted(world.putGroup('/g', { apps: [web] }));
    const found = forecast(world, put([{ ...web, cmd: 'sleep 2' }]));
    expect(told(found)).to.deep.equal(['0 /g/web 2 of 2']);
  });

  it('a rolling replacement that may stop nothing first, and has no room, does not get on', () => {
    const world = new RolloutWorld({ agents: TWO });
    const web = sleeper('web', { cpus: 4, instances: 2 });
    accepted(world.putGroup('/g', { apps: [web] }));
    const found = forecast(world, put([{ ...web, cmd: 'sleep 2' }]));
    expect(told(found)).to.deep.equal(['0 /g/web 0 of 2: 0 of 2 fit; short 8 cpus on 2 agents']);
  });

  it('BG: a second generation is placed whole, and told as what it would wait for', () => {
    const world = new RolloutWorld({ agents: TWO });
    const apps = [
      sleeper('api', { cpus: 1, instances: 2 }),
      sleeper('web', { cpus: 1, instances: 2, dependencies: ['api'] }),
    ];
    accepted(world.putGroup('/g', { apps }));
    world.setRollout('/g', { strategy: 'blueGreen' });
    const fits = forecast(world, put(apps.map((app) => ({ ...app, cmd: 'sleep 2' }))));
    expect(fits.waiting).to.deep.equal([]);
    expect(told(fits)).to.deep.equal(['0 /g/api 2 of 2', '1 /g/web 2 of 2']);
    const more = forecast(world, put(apps.map((app) => ({ ...app, cpus: 1.5, instances: 2 }))));
    expect(more.waiting).to.deep.equal([
      { scope: '/g', missing: '2 of 4 fit; short 2 cpus on 2 agents' },
    ]);
  });

  it('what keeps to its agent is placed there', () => {
    const world = new RolloutWorld({ agents: TWO });
    const db = sleeper('db', { cpus: 3, instances: 2, rollout: { strategy: 'serial' } } as never);
    accepted(world.putGroup('/g', { apps: [db] }));
    const found = forecast(world, put([{ ...db, cmd: 'sleep 2' }]));
    expect(told(found)).to.deep.equal(['0 /g/db 2 of 2']);
  });

  it('what a quota refuses is missing, and named', () => {
    const world = new RolloutWorld({ agents: TWO });
    const change = { quota: { limits: { cpus: 2 } } };
    world.send({ kind: 'setRole', role: '*', change, force: false });
    const found = forecast(world, put([sleeper('web', { cpus: 1, instances: 3 })]));
    expect(told(found)).to.deep.equal([
      '1 /g/web 2 of 3: 2 of 3 fit; role * has used 2 cpus of its limit of 2 cpus',
    ]);
  });

  it('without agents nothing fits', () => {
    const world = new RolloutWorld({ agents: [] });
    expect(told(forecast(world, put([sleeper('web')])))).to.deep.equal([
      '1 /g/web 0 of 1: 0 of 1 fit; no agent takes tasks',
    ]);
  });

  it('ten thousand apps are looked at within bounds, and what is left out is counted', () => {
    const agents = Array.from({ length: 300 }, () => `cpus:2;mem:4096;${ports}`);
    const world = new RolloutWorld({ agents, settings: { changesAtOnce: 20_000 } });
    const apps = Array.from({ length: 10_000 }, (_, at) => sleeper(`a${at}`, { cpus: 1 }));
    const found = forecast(world, put(apps));
    expect(found.placements.filter(({ fit }) => fit === 1)).to.have.length(600);
    expect(found.placements.length + found.leftOut).to.equal(10_000);
  });
});
