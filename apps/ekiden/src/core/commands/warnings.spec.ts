import { expect } from 'chai';
import { SmallWorld, changeCommand } from '../../../testing/small-world.js';
import type { PathId } from '../app/index.js';
import type { Reply } from '../turn/index.js';

const APP = { cmd: 'sleep 100', cpus: 0.1 };

function plan(world: SmallWorld, dependencies: readonly string[]): Reply {
  const app = { ...APP, dependencies };
  const command = changeCommand({ kind: 'createApp', id: '/shop/web' as PathId, app });
  return world.send({ ...command, dryRun: true } as typeof command);
}

describe('a dependency that names nothing', () => {
  it('is refused, with the nearest id', () => {
    const world = new SmallWorld();
    world.create('/shop/store', APP);
    expect(plan(world, ['/shop/stor'])).to.deep.equal({
      kind: 'invalid',
      violations: [
        {
          path: '/dependencies(0)',
          message:
            "'/shop/web' depends on '/shop/stor', which does not exist; did you mean '/shop/store'?",
        },
      ],
    });
  });

  it('is a warning in the plan where the operator wants that', () => {
    const world = new SmallWorld({ settings: { unknownDependency: 'warn' } });
    const reply = plan(world, ['/nowhere']);
    if (reply.kind !== 'planned') throw new Error(reply.kind);
    expect(reply.plan.warnings).to.deep.equal([
      "'/shop/web' depends on '/nowhere', which does not exist",
    ]);
  });
});

describe('two dependencies whose addresses would have one name', () => {
  it('are a warning in the plan', () => {
    const world = new SmallWorld();
    world.create('/db-main', APP);
    world.create('/db/main', APP);
    const reply = plan(world, ['/db-main', '/db/main']);
    if (reply.kind !== 'planned') throw new Error(reply.kind);
    expect(reply.plan.warnings).to.deep.equal([
      "'/shop/web' gets no SERVICE_DB_MAIN: /db-main and /db/main share it",
    ]);
  });
});

describe('a group that depends on an app in it', () => {
  it('is a warning in the plan, as nothing waits for that', () => {
    const world = new SmallWorld();
    const apps = [
      { ...APP, id: 'db' },
      { ...APP, id: 'web' },
    ];
    const group = { apps, dependencies: ['db'] };
    const command = changeCommand({ kind: 'createGroup', id: '/shop' as PathId, group });
    const reply = world.send({ ...command, dryRun: true } as typeof command);
    if (reply.kind !== 'planned') throw new Error(reply.kind);
    expect(reply.plan.warnings).to.deep.equal([
      "'/shop' depends on '/shop/db', which is in it: nothing waits for that by this",
    ]);
    expect(reply.plan.edges).to.deep.equal({});
  });
});
