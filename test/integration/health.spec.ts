import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  IllTasks,
  QUICK_CHECK,
  eventsOf,
  sleeper,
  until,
  useService,
  type AppBody,
  type AppJson,
  type Events,
} from '../support/index.js';

/**
 * Web servers with and without TLS and one of gRPC, on the three ports of the task. /health gives
 * the status in the file of the task's id, 200 without one; /slow never answers, /moved leads astray.
 */
const SERVER = `
  const { readFileSync } = require('node:fs');
  const { join } = require('node:path');
  const { FOLDER, MESOS_TASK_ID: id, KEY: key, CERT: cert } = process.env;
  const status = () => {
    try { return Number(readFileSync(join(FOLDER, id), 'utf8')) } catch { return 200 }
  };
  const answer = (request, response) => {
    if (request.url === '/slow') return;
    if (request.url === '/moved') return response.writeHead(302, { location: '/nowhere' }).end();
    response.writeHead(request.url === '/health' ? status() : 404).end();
  };
  const listen = (server, port) => port && server.listen(port, '127.0.0.1');
  listen(require('node:http').createServer(answer), process.env.PORT0);
  if (key) listen(require('node:https').createServer({ key, cert }, answer), process.env.PORT1);
  const grpc = require('node:http2').createServer();
  grpc.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.from([0, 0, 0, 0, 2, 8, status() === 200 ? 1 : 2]));
  });
  listen(grpc, process.env.PORT2);
`;

describe('Health checks, on real processes', () => {
  const service = useService();
  const ill = new IllTasks();
  const { folder } = ill;
  let events: Events;

  before(() => {
    events = eventsOf(service());
  });

  after(() => {
    ill.dispose();
  });

  afterEach('remove all apps', async () => {
    const { api } = service();
    for (const { id } of await api.apps()) await api.ask('DELETE', `/v2/apps${id}?force=true`);
    await until(async () => (await api.deployments()).length === 0, 'no deployments');
  });

  /** A web server per instance. */
  function web(id: string, check: object, more: object = {}): AppBody {
    return {
      id,
      cmd: 'exec node -e "$SERVER"',
      env: { SERVER, FOLDER: folder },
      cpus: 0.05,
      mem: 32,
      taskKillGracePeriodSeconds: 1,
      healthChecks: [{ protocol: 'HTTP', path: '/health', ...QUICK_CHECK, ...check }],
      ...more,
    };
  }

  /** One that nobody knows. */
  function certificate(): { readonly key: string; readonly cert: string } {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const about = ['-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', cert];
    execFileSync('openssl', ['req', ...kind, ...about], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  }

  function answers(task: string, status: number): void {
    writeFileSync(join(folder, task), String(status));
  }

  async function idsOf(id: string): Promise<readonly string[]> {
    return (await service().api.app(id)).tasks.map((task) => task.id);
  }

  function killsOf(id: string) {
    return events.seen.filter(
      ({ eventType, appId }) => eventType === 'unhealthy_instance_kill_event' && appId === id,
    );
  }

  async function start(app: AppBody, healthy: number): Promise<AppJson> {
    await service().api.ask('POST', '/v2/apps', app);
    return service().allWell(app.id, healthy);
  }

  async function replaced(id: string, task: string): Promise<AppJson> {
    await until(async () => !(await idsOf(id)).includes(task), `the end of ${task}`);
    return service().allWell(id, 1);
  }

  it('HLT-01, HLT-03, HLT-06: deploys settle with the first success; what may fail for ever is shown, and not killed', async () => {
    const { api } = service();
    const check = { maxConsecutiveFailures: 0, gracePeriodSeconds: 1, path: '/nothing' };
    await api.ask('POST', '/v2/apps', web('/web', check));
    const app = await until(async () => {
      const seen = await api.app('/web');
      const [result] = seen.tasks[0]?.healthCheckResults ?? [];
      return (result?.consecutiveFailures ?? 0) >= 3 && seen;
    }, 'three failures');
    expect([app.tasksRunning, app.tasksHealthy, app.tasksUnhealthy]).to.deep.equal([1, 0, 1]);
    expect(app.deployments).to.have.length(1);
    expect(app.tasks[0]?.healthCheckResults?.[0]).to.deep.include({
      alive: false,
      lastFailureCause: 'HTTP status 404',
    });
    expect(killsOf('/web')).to.deep.equal([]);
    await api.ask('PUT', '/v2/apps/web?force=true', web('/web', {}));
    await service().allWell('/web', 1);
  });

  it('HLT-02, HLT-13: asks by HTTP, HTTPS with a certificate of its own, TCP, a command and gRPC', async () => {
    const { key, cert } = certificate();
    const checks = [
      { path: '/moved', portName: 'web' },
      { protocol: 'HTTPS', path: '/health', portIndex: 1 },
      { protocol: 'TCP', portIndex: 0 },
      { protocol: 'MESOS_HTTPS', path: '/health', portIndex: 1 },
      { protocol: 'COMMAND', command: { value: 'test -n "$PORT2"' } },
      { protocol: 'GRPC', portIndex: 2 },
    ];
    const app = await start(
      web(
        '/many',
        {},
        {
          env: { SERVER, FOLDER: folder, KEY: key, CERT: cert },
          portDefinitions: [{ port: 0, name: 'web' }, { port: 0 }, { port: 0 }],
          healthChecks: checks.map((check) => ({ ...QUICK_CHECK, ...check })),
        },
      ),
      1,
    );
    const [task] = app.tasks;
    const results = task?.healthCheckResults ?? [];
    expect(results.map(({ alive }) => alive)).to.deep.equal(checks.map(() => true));
    expect(results.every(({ firstSuccess }) => firstSuccess !== undefined)).to.equal(true);
    expect(task?.id.startsWith(results[0]?.instanceId ?? '?')).to.equal(true);
    // What gRPC says counts like the rest.
    answers(task?.id ?? '', 503);
    await until(() => killsOf('/many').length > 0, 'a kill');
  });

  it('HLT-04: a service that starts failing its health check is replaced, and everything says why', async () => {
    const { api } = service();
    const { tasks } = await start(web('/web', {}), 1);
    const task = tasks[0]?.id ?? '';
    answers(task, 500);
    const { lastTaskFailure } = await replaced('/web', task);
    expect(lastTaskFailure).to.deep.include({
      taskId: task,
      state: 'TASK_KILLED',
      message: 'Task was killed since health check failed. Reason: HTTP status 500',
    });
    const [kill] = killsOf('/web').slice(-1);
    expect(kill).to.deep.include({ taskId: task, reason: 'HTTP status 500' });
    const over = await until(
      () => events.find((one) => one.taskId === task && one.taskStatus === 'TASK_KILLED'),
      'the last status of the killed task',
    );
    expect(over.message).to.match(
      /^Killed because it failed its health checks \(HTTP status 500\)/,
    );
    const types = new Set(
      events.seen.filter(({ appId }) => appId === '/web').map((e) => e.eventType),
    );
    expect([...types]).to.include.members([
      'failed_health_check_event',
      'health_status_changed_event',
    ]);
    const { body } = await api.ask('GET', '/v2/tasks');
    const shown = (body as { tasks: AppJson['tasks'] }).tasks.filter(
      ({ appId }) => appId === '/web',
    );
    expect(shown[0]?.healthCheckResults?.[0]?.alive).to.equal(true);
  });

  it('HLT-07, HLT-14: failing in the grace period is forgiven; without checks nothing is judged', async () => {
    const { api } = service();
    const app = ill.app('/late', 1);
    const asked = join(folder, 'asked');
    const check = { value: `echo asked >>${asked}; test -e ${folder}/warm` };
    const healthChecks = [
      { protocol: 'COMMAND', ...QUICK_CHECK, command: check, gracePeriodSeconds: 60 },
    ];
    await api.ask('POST', '/v2/apps', { ...app, healthChecks });
    await api.ask('POST', '/v2/apps', sleeper('/plain', 1));
    const plain = await service().settled('/plain', 1);
    expect([plain.tasksHealthy, plain.tasksUnhealthy]).to.deep.equal([0, 0]);
    const before = await idsOf('/late');
    // More than would kill it after the grace period.
    const failures = QUICK_CHECK.maxConsecutiveFailures + 2;
    const timesAsked = (): number =>
      existsSync(asked) ? readFileSync(asked, 'utf8').split('\n').length - 1 : 0;
    await until(() => timesAsked() > failures, 'checks that fail');
    writeFileSync(join(folder, 'warm'), '');
    await service().allWell('/late', 1);
    expect(await idsOf('/late')).to.deep.equal(before);
  });

  it('HLT-11: an answer that takes too long is none', async () => {
    await service().api.ask('POST', '/v2/apps', web('/slow', { path: '/slow' }));
    const kill = await until(() => killsOf('/slow')[0], 'a kill');
    expect(kill.reason).to.equal('no answer within 1 s');
  });

  it('BKO-11: what its checks get killed again and again waits longer each time', async () => {
    const { api } = service();
    const app = ill.app('/loop', 1, {
      ...{ backoffSeconds: 1, backoffFactor: 20, maxLaunchDelaySeconds: 600 },
      // Without room for a replacement first.
      upgradeStrategy: { minimumHealthCapacity: 0, maximumOverCapacity: 0 },
      healthChecks: [
        { protocol: 'COMMAND', command: { value: 'false' }, ...QUICK_CHECK, gracePeriodSeconds: 0 },
      ],
    });
    await api.ask('POST', '/v2/apps', app);
    const delayed = (seconds: number) =>
      until(async () => {
        const item = await api.queueItem('/loop');
        return item !== undefined && item.delay.timeLeftSeconds > seconds;
      }, `a delay of more than ${seconds} s`);
    await delayed(0);
    expect(killsOf('/loop')).to.have.length(1);
    await delayed(10);
    expect(killsOf('/loop')).to.have.length(2);
    expect((await api.why('/loop')).reasons.join()).to.match(/launch delayed for \d+ s more/);
  });

  it('a task that was stopped by SIGSTOP is seen, and replaced', async () => {
    const { tasks } = await start(web('/web', {}), 1);
    const task = tasks[0]?.id ?? '';
    const running = service()
      .home.tasks()
      .filter(({ taskId }) => taskId === task);
    expect(running).to.have.length(1);
    process.kill(running[0]?.pid ?? 0, 'SIGSTOP');
    await replaced('/web', task);
    expect(killsOf('/web').at(-1)).to.deep.include({
      taskId: task,
      reason: 'no answer within 1 s',
    });
  });

  it('a hung singleton is replaced although replacing first does not fit', async () => {
    const { api } = service();
    const { tasks } = await start(ill.app('/huge', 1, { cpus: 5 }), 1);
    const task = tasks[0]?.id ?? '';
    ill.fail([task]);
    const waits = await until(async () => {
      const { reasons } = await api.why('/huge');
      return reasons.find((reason) => reason.includes('waits for a place'));
    }, 'a replacement without a place');
    expect(waits).to.contain(task);
    await replaced('/huge', task);
  });

  it('UPG-16, UPG-17: upgrades give up what is unhealthy first, and finish though nothing was healthy', async () => {
    const { api } = service();
    const command = { value: `! test -e ${folder}/$MESOS_TASK_ID` };
    const healthChecks = [
      { protocol: 'COMMAND', command, ...QUICK_CHECK, maxConsecutiveFailures: 0 },
    ];
    const strategy = (minimumHealthCapacity: number) => ({
      healthChecks,
      upgradeStrategy: { minimumHealthCapacity, maximumOverCapacity: 0 },
    });
    await start(ill.app('/web', 3, strategy(0.67)), 3);
    const [first, second, third] = await idsOf('/web');
    ill.fail([second ?? '']);
    await until(async () => (await api.app('/web')).tasksUnhealthy === 1, 'one that is ill');
    const ends = eventsOf(service(), 'status_update_event');
    await api.ask('PUT', '/v2/apps/web', { env: { VERSION: '2' } });
    await service().allWell('/web', 3);
    const killed = (id: string | undefined): number =>
      ends.seen.findIndex((one) => one.taskId === id && one.taskStatus === 'TASK_KILLED');
    await until(() => killed(third) >= 0 && killed(first) >= 0, 'the end of the old ones');
    expect(killed(second)).to.be.within(0, Math.min(killed(first), killed(third)));

    ill.fail(await idsOf('/web'));
    await until(async () => (await api.app('/web')).tasksUnhealthy === 3, 'three that are ill');
    await api.ask('PUT', '/v2/apps/web', { ...strategy(1), env: { VERSION: '3' } });
    await service().allWell('/web', 3);
  });

  it('RDY-02, RDY-09: an app with both kinds of checks wants both, also over TLS', async () => {
    const { api } = service();
    const { key, cert } = certificate();
    const readinessChecks = [
      { protocol: 'HTTPS', path: '/moved', portName: 'tls', httpStatusCodesForReady: [200] },
    ].map((check) => ({ ...check, intervalSeconds: 2, timeoutSeconds: 1 }));
    const both = web(
      '/both',
      {},
      {
        env: { SERVER, FOLDER: folder, KEY: key, CERT: cert },
        portDefinitions: [{ port: 0 }, { port: 0, name: 'tls' }],
        readinessChecks,
      },
    );
    await api.ask('POST', '/v2/apps', both);
    const waiting = await until(async () => {
      const app = await api.app('/both');
      return app.tasksHealthy === 1 && app;
    }, 'a healthy instance');
    expect(waiting.deployments).to.have.length(1);
    const ready = readinessChecks.map((check) => ({ ...check, httpStatusCodesForReady: [302] }));
    await api.ask('PUT', '/v2/apps/both?force=true', { ...both, readinessChecks: ready });
    await service().allWell('/both', 1);
  });
});
