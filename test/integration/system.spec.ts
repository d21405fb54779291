import { expect } from 'chai';
import { sleeper, until, useService } from '../support/index.js';

type Values = Readonly<Record<string, { readonly value?: number; readonly count?: number }>>;

describe('The system endpoints of a running service', () => {
  const service = useService({
    env: {
      MARATHON_ZK_MAX_VERSIONS: '7',
      MARATHON_HTTP_CREDENTAILS: 'user:hunter2',
      MARATHON_MESOS_USER: 'root',
    },
  });

  async function get(path: string): Promise<Readonly<Record<string, unknown>>> {
    return (await service().api.ask('GET', path)).body as Readonly<Record<string, unknown>>;
  }

  it('measure what the service does', async () => {
    await service().api.ask('POST', '/v2/apps', sleeper('/measured', 2));
    await service().settled('/measured', 2);
    const { gauges, counters, timers } = (await get('/metrics')) as Record<string, Values>;
    expect(gauges?.['marathon.apps.active.gauge']).to.deep.equal({ value: 1 });
    expect(gauges?.['marathon.instances.running.gauge']).to.deep.equal({ value: 2 });
    expect(counters?.['marathon.deployments.counter']).to.deep.equal({ count: 1 });
    expect(counters?.['marathon.tasks.launched.counter']).to.deep.equal({ count: 2 });
    expect(timers?.['marathon.turns.duration.timer.seconds']?.count).to.be.greaterThan(2);
    const { text } = await service().api.ask('GET', '/metrics/prometheus');
    expect(text).to.match(/^marathon_instances_running_gauge 2$/m);
    await service().api.ask('DELETE', '/v2/apps/measured');
  });

  it("understand Marathon's variables, and say in the log what they make of them", async () => {
    expect(await get('/config')).to.include({
      EKIDEN_VERSIONS_KEPT: 7,
      EKIDEN_HTTP_CREDENTIALS: null,
      DATABASE_URL: null,
    });
    const { zookeeper_config } = await get('/v2/info');
    expect(zookeeper_config).to.include({ zk: null, zk_max_versions: 7 });
    const said = service().logged('"event":"setting"');
    expect(said.join('\n'))
      .to.include('MARATHON_ZK_MAX_VERSIONS is taken as EKIDEN_VERSIONS_KEPT')
      .and.include('did you mean MARATHON_HTTP_CREDENTIALS?')
      .and.include('not looked at: MARATHON_MESOS_USER')
      .and.not.include('hunter2');
  });

  it('log more for a while', async () => {
    const change = { logger: 'ekiden.service', level: 'debug', durationSeconds: 1 };
    expect((await service().api.ask('POST', '/logging', change)).body).to.deep.equal(change);
    expect(await get('/logging')).to.include({ 'ekiden.service': 'DEBUG', ROOT: 'INFO' });
    await until(async () => {
      return (await get('/logging'))['ekiden.service'] === 'INFO (inherited)';
    }, 'the former level');
  });

  it('LDR-04: give up leadership without touching a task, and take it again', async () => {
    await service().api.ask('POST', '/v2/apps', sleeper('/kept', 2));
    const before = await service().settled('/kept', 2);
    const { body } = await service().api.ask('DELETE', '/v2/leader');
    expect(body).to.deep.equal({ message: 'Leadership abdicated' });
    await until(async () => !(await service().api.isLeading()), 'the end of the term');
    await until(() => service().api.isLeading(), 'the next term');
    const after = await service().settled('/kept', 2);
    const idsOf = (app: typeof before): string[] => app.tasks.map(({ id }) => id).sort();
    expect(idsOf(after)).to.deep.equal(idsOf(before));
    // It works, and does not only say so.
    await service().api.ask('DELETE', '/v2/apps/kept');
    await until(async () => (await service().api.deployments()).length === 0, 'the removal');
  });
});
