import { expect } from 'chai';
import {
  HOST_PORTS,
  greeter,
  greetingOn,
  sleeper,
  until,
  useService,
  type AppBody,
  type TaskJson,
  type TestService,
} from '../support/index.js';

/** Posts an app and waits until so many of it run; its tasks. */
async function run(service: TestService, app: AppBody, count: number) {
  await service.api.ask('POST', '/v2/apps', app);
  return until(async () => {
    const tasks = await service.api.tasks(app.id);
    const running = tasks.filter(({ state }) => state === 'TASK_RUNNING');
    return running.length === count ? running : undefined;
  }, `${count} running of ${app.id}`);
}

/** The first reason of the only agent, once something of the app waits. */
async function waitsFor(service: TestService, id: string): Promise<string> {
  const item = await until(() => service.api.queueItem(id), `${id} waits`);
  const summary = item.processedOffersSummary.rejectSummaryLastOffers;
  return summary
    .filter(({ declined }) => declined > 0)
    .map(({ reason }) => reason)
    .join();
}

function portsOf(tasks: readonly TaskJson[]): readonly number[] {
  return tasks.flatMap(({ ports }) => ports);
}

describe('Placement of real processes', () => {
  const ENV = {
    EKIDEN_AGENT_ATTRIBUTES: 'rack:r1;jdk:7;level:0.8',
    EKIDEN_AGENT_RESOURCES: `cpus:2;mem:8192;disk:20000;ports:[${HOST_PORTS},18123-18124]`,
  };
  const service = useService({ env: ENV });

  it('CON-02, CON-08, CON-17: runs where attributes are as demanded', async () => {
    const constraints = [
      ['rack', 'CLUSTER', 'r1'],
      ['jdk', 'LIKE', '[78]'],
      ['level', 'IS', '0.80'],
    ];
    const tasks = await run(service(), sleeper('/con/fits', 2, { constraints }), 2);
    expect(new Set(tasks.map(({ host }) => host)).size).to.equal(1);
  });

  it('CON-07: runs where an unwanted attribute is missing', async () => {
    await run(service(), sleeper('/con/unlike', 1, { constraints: [['gone', 'UNLIKE', 'x']] }), 1);
  });

  for (const [name, constraint] of [
    ['CON-03: on no host of this name', ['hostname', 'CLUSTER', 'nohost']],
    ['CON-06: without the attribute', ['missing', 'LIKE', '.*']],
    ['CON-07: with an unwanted value', ['jdk', 'UNLIKE', '7']],
    ['CON-21: outside of the region', ['@region', 'IS', 'r2']],
  ] as const) {
    it(`${name} waits, and says why`, async () => {
      const id = `/wait/${name.slice(0, 6).toLowerCase()}-${constraint[0].replace('@', '')}`;
      await service().api.ask('POST', '/v2/apps', sleeper(id, 1, { constraints: [constraint] }));
      expect(await waitsFor(service(), id)).to.equal('UnfulfilledConstraint');
      const why = JSON.stringify(await service().api.why(id));
      expect(why).to.include(constraint[0]).and.to.include(constraint[1]);
    });
  }

  it('CON-01, CON-12: runs as many as constraints let it, the rest waits', async () => {
    const unique = sleeper('/con/unique', 2, { constraints: [['hostname', 'UNIQUE']] });
    await run(service(), unique, 1);
    expect(await waitsFor(service(), '/con/unique')).to.equal('UnfulfilledConstraint');
    const groups = sleeper('/con/groups', 6, { constraints: [['rack', 'GROUP_BY', '3']] });
    await run(service(), groups, 2);
    expect(await waitsFor(service(), '/con/groups')).to.equal('UnfulfilledConstraint');
  });

  it('PRT-01, PRT-02, PRT-09: ports are distinct, in range, and what processes listen on', async () => {
    const tasks = await run(service(), greeter('/prt/two', 2, { ports: [0, 18_080] }), 2);
    const ports = portsOf(tasks);
    expect([ports.length, new Set(ports).size]).to.deep.equal([4, 4]);
    expect(Math.min(...ports)).to.be.at.least(18_123);
    for (const task of tasks) {
      const answer = await until(() => greetingOn(task.ports[0] ?? 0), 'an answer');
      expect(answer).to.include(task.id);
    }
  });

  it('PRT-07: a required port runs once; who waits is told which task has it', async () => {
    const app = greeter('/prt/fixed', 2, { ports: [18_123], requirePorts: true });
    const [holder] = await run(service(), app, 1);
    expect(portsOf(holder === undefined ? [] : [holder])).to.deep.equal([18_123]);
    expect(await waitsFor(service(), '/prt/fixed')).to.equal('InsufficientPorts');
    const why = JSON.stringify(await service().api.why('/prt/fixed'));
    expect(why)
      .to.include('18123')
      .and.to.include('/prt/fixed')
      .and.to.include(holder?.id ?? '-');
  });

  it('PRT-03, PRT-04: assigned service ports stay, without a restart, and a new one joins them', async () => {
    const { api } = service();
    const portDefinitions = (...ports: readonly number[]) => ports.map((port) => ({ port }));
    const wish = { portDefinitions: portDefinitions(0, 0) };
    await api.ask('POST', '/v2/apps', greeter('/kept', 1, wish));
    const before = await service().settled('/kept', 1);
    const [first = 0, second = 0] = before.portDefinitions.map(({ port }) => port);
    expect(new Set([first, second, 0]).size).to.equal(3);

    await api.ask('PUT', '/v2/apps/kept', { portDefinitions: portDefinitions(0, 0) });
    const same = await service().settled('/kept', 1);
    expect(same.portDefinitions.map(({ port }) => port)).to.deep.equal([first, second]);
    expect(same.tasks.map(({ id }) => id)).to.deep.equal(before.tasks.map(({ id }) => id));

    const three = portDefinitions(first, 0, second);
    await api.ask('PUT', '/v2/apps/kept', { portDefinitions: three });
    const after = await service().settled('/kept', 1);
    const ports = after.portDefinitions.map(({ port }) => port);
    expect([ports[0], ports[2]]).to.deep.equal([first, second]);
    expect(new Set([...ports, 0]).size).to.equal(4);
    expect(after.tasks[0]?.ports).to.have.length(3);
    expect(after.tasks[0]?.id).not.to.equal(before.tasks[0]?.id);
  });

  it('RES-01, SCL-14: what does not fit waits, and goes first when the app shrinks', async () => {
    const app = sleeper('/res/large', 3, { cpus: 0.6 });
    const before = await run(service(), app, 2);
    expect(await waitsFor(service(), '/res/large')).to.equal('InsufficientCpus');
    const fewer = { instances: before.length };
    await service().api.ask('PUT', '/v2/apps/res/large?force=true', fewer);
    const after = await service().settled('/res/large', before.length);
    expect(after.tasks.map(({ id }) => id).sort()).to.deep.equal(before.map(({ id }) => id).sort());
  });

  for (const [wire, reason] of [
    [{ cpus: 1_000 }, 'InsufficientCpus'],
    [{ mem: 1_000_000 }, 'InsufficientMemory'],
    [{ disk: 1_000_000 }, 'InsufficientDisk'],
  ] as const) {
    it(`RES-02: ${JSON.stringify(wire)} waits: ${reason}`, async () => {
      const id = `/res/${reason.toLowerCase()}`;
      await service().api.ask('POST', '/v2/apps', sleeper(id, 1, wire));
      expect(await waitsFor(service(), id)).to.equal(reason);
    });
  }
});

describe('Placement on three simulated agents', () => {
  const service = useService({ env: { EKIDEN_SIMULATED_AGENTS: '3' } });

  it('CON-01: one each, and a fourth waits', async () => {
    const app = sleeper('/unique', 4, { constraints: [['hostname', 'UNIQUE']] });
    const tasks = await run(service(), app, 3);
    expect(new Set(tasks.map(({ slaveId }) => slaveId)).size).to.equal(3);
    expect(await waitsFor(service(), '/unique')).to.equal('UnfulfilledConstraint');
  });

  it('CON-04: all on one', async () => {
    const app = sleeper('/cluster', 6, { constraints: [['@hostname', 'CLUSTER']] });
    const tasks = await run(service(), app, 6);
    expect(new Set(tasks.map(({ slaveId }) => slaveId)).size).to.equal(1);
  });

  it('CON-11, SCL-16: evenly over all, also after a scale down; UPG-22: new ones beside old ones', async () => {
    const per = (tasks: readonly TaskJson[]): readonly number[] => {
      const agents = new Map<string, number>();
      for (const { slaveId } of tasks) agents.set(slaveId, (agents.get(slaveId) ?? 0) + 1);
      return [...agents.values()];
    };
    const spread = { constraints: [['hostname', 'GROUP_BY', '3']] };
    expect(per(await run(service(), sleeper('/even', 9, spread), 9))).to.deep.equal([3, 3, 3]);
    await service().settled('/even', 9);
    await service().api.ask('PUT', '/v2/apps/even', { instances: 6 });
    expect(per((await service().settled('/even', 6)).tasks)).to.deep.equal([2, 2, 2]);
    await service().api.ask('PUT', '/v2/apps/even', { cmd: 'exec sleep 2000' });
    expect(per((await service().settled('/even', 6)).tasks)).to.deep.equal([2, 2, 2]);
  });
});
