import { expect } from 'chai';
import {
  ManualClock,
  err,
  millis,
  ok,
  seconds,
  type AgentId,
  type Result,
  type TaskId,
  type TaskStatus,
} from '@ekiden/kernel';
import {
  HostDriver,
  type ExecutorKind,
  type HostFailure,
  type HostReach,
  type TaskOutputs,
} from '@ekiden/host';
import { FakeHost, ManualTimers, taskSpec } from '@ekiden/host/contract';
import { formatAttributes, resourcesOf } from '@ekiden/offers';
import type { WorldCommand } from '../../core/turn/index.js';
import { DrivenHost } from './driven-host.js';
import { DrivenHosts } from './driven-hosts.js';

const AGENT = 'agent-1' as AgentId;
const PATIENCE = seconds(60);

async function settle(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from(text);
}

/** One agent with a station for processes and one for containers, both pretended. */
class Stage {
  readonly clock = new ManualClock(millis(1_000));
  readonly timers = new ManualTimers(this.clock);
  readonly heard: WorldCommand[] = [];
  readonly log: string[] = [];
  readonly hosts = new DrivenHosts({
    clock: this.clock,
    timers: this.timers,
    log: ({ event }) => this.log.push(event),
    patience: PATIENCE,
    lookEvery: seconds(600),
  });
  readonly machines: Readonly<Record<ExecutorKind, FakeHost>> = {
    process: new FakeHost({ clock: this.clock, timers: this.timers }),
    docker: new FakeHost({ clock: this.clock, timers: this.timers }),
  };
  readonly host: DrivenHost;
  /** What is kept of tasks, by executor and task id. */
  readonly outputs = new Map<string, string>();
  engineIsMute = false;
  leads = true;
  private engine: ((reach: HostReach) => void) | undefined;
  private epoch = 0;

  constructor(kinds: readonly ExecutorKind[] = ['process', 'docker']) {
    const info = { id: AGENT, hostname: 'node1', attributes: [], total: resourcesOf([]) };
    this.host = new DrivenHost(info, { hostPorts: '127.0.0.1', services: undefined }, kinds);
    this.hosts.addHost(this.host);
    if (kinds.includes('process')) this.add('process');
  }

  add(kind: ExecutorKind): void {
    const driver = new HostDriver({
      agentId: AGENT,
      executor: this.machines[kind].executor(),
      clock: this.clock,
      timers: this.timers,
      statuses: (status: TaskStatus) => void this.hosts.hear(status),
      mayStart: () => this.hosts.leads(),
    });
    const commands = { exec: () => Promise.resolve(ok({ exitCode: 0 })) };
    const outputs: TaskOutputs = {
      readOutput: (id) => {
        const text = this.outputs.get(`${kind} ${id}`);
        const unknown = { kind: 'unknownTask', message: 'unknown' } as const;
        if (kind === 'docker' && this.engineIsMute) {
          return Promise.resolve(err({ kind: 'engineGone', message: 'no engine' }));
        }
        return Promise.resolve(text === undefined ? err(unknown) : ok(bytesOf(text)));
      },
    };
    const none = (): Promise<Result<never, HostFailure>> =>
      Promise.resolve(err({ kind: 'unknownTask', message: 'unknown' }));
    const files = { listFiles: none, openFile: none };
    const volumes = {
      wipeVolume: () => Promise.resolve(ok(undefined)),
      measureVolumes: () => Promise.resolve(ok(new Map<string, number>())),
    };
    const common = {
      kind,
      driver,
      commands,
      outputs,
      files,
      volumes,
      sessions: { openSession: none },
    };
    this.hosts.addStation(
      this.host,
      kind === 'process'
        ? common
        : {
            ...common,
            gateway: () => Promise.resolve('172.17.0.1'),
            watch: (listener) => {
              this.engine = listener;
            },
          },
    );
  }

  async reach(reach: HostReach): Promise<void> {
    this.engine?.(reach);
    await settle();
  }

  async lead(): Promise<void> {
    this.epoch += 1;
    const stillHeld = (): boolean => this.leads;
    const term = { epoch: this.epoch, cluster: 'c1', stillHeld, expected: [] };
    this.hosts.enter(term, (report) => this.heard.push(report) > 0);
    await settle();
  }

  async launch(taskId: string, executor: ExecutorKind): Promise<void> {
    const info = taskSpec(taskId, { executor, command: { kind: 'argv', value: ['run'] } });
    const effect = { agentId: AGENT, taskId: taskId as TaskId, epoch: this.epoch };
    this.hosts.perform({ kind: 'launch', ...effect, info });
    await settle();
  }

  async kill(taskId: string): Promise<void> {
    this.hosts.perform({ kind: 'kill', agentId: AGENT, taskId: taskId as TaskId });
    await settle();
  }

  /** What was heard since the last call, in few words. */
  news(): string[] {
    return this.heard.splice(0).map((report) => {
      switch (report.kind) {
        case 'agentRegistered':
          return `agent ${formatAttributes(report.agent.attributes)}`.trim();
        case 'hostRecovered': {
          const found = report.found.map(({ taskId }) => taskId).join(',');
          return `found [${found}] but for [${(report.unasked ?? []).join(',')}]`;
        }
        case 'agentUnreachable':
          return `unreachable ${report.executor ?? 'altogether'}: ${report.reason}`;
        case 'hostStatus':
          return `${report.status.taskId} ${report.status.state}`;
        case 'volumeWiped':
        case 'volumesMeasured':
        case 'healthResult':
        case 'readinessResult':
        case 'routesConfirmed':
        case 'trafficSeen':
        case 'hookResult':
        case 'hookOutput':
        case 'wake':
          return report.kind;
      }
    });
  }
}

const SILENT: HostReach = { kind: 'silent', reason: 'no engine' };
const ANSWERS: HostReach = { kind: 'answers' };

describe('an agent with two executors', () => {
  it('is offered with the one that answers, and with both as soon as both do', async () => {
    const stage = new Stage();
    await stage.lead();
    expect(stage.news()).to.deep.equal(['agent executors:{process}', 'found [] but for [docker]']);
    stage.add('docker');
    await settle();
    expect(stage.news()).to.deep.equal(['agent executors:{docker,process}', 'found [] but for []']);
    expect(stage.host.addresses.servicesFromContainers).to.equal('172.17.0.1');
  });

  it('goes on with one when the other falls silent, and gives its tasks up in time', async () => {
    const stage = new Stage();
    stage.add('docker');
    await stage.lead();
    await stage.launch('box', 'docker');
    stage.news();
    await stage.reach(SILENT);
    expect(stage.news()).to.deep.equal(['agent executors:{process}']);
    stage.timers.advance(millis(PATIENCE - 1));
    expect(stage.news().filter((line) => line.startsWith('unreachable'))).to.deep.equal([]);
    stage.timers.advance(millis(1));
    expect(stage.news()).to.include('unreachable docker: no engine');
    await stage.reach(ANSWERS);
    expect(stage.news().slice(-2)).to.deep.equal([
      'agent executors:{docker,process}',
      'found [box] but for []',
    ]);
  });

  it('is asked again from time to time what it runs, in a term only', async () => {
    const stage = new Stage();
    stage.add('docker');
    await stage.lead();
    await stage.launch('box', 'docker');
    const found = (): string[] => stage.news().filter((line) => line.startsWith('found'));
    found();
    stage.timers.advance(seconds(599));
    await settle();
    expect(found()).to.deep.equal([]);
    for (let i = 0; i < 2; i += 1) {
      stage.timers.advance(seconds(600));
      await settle();
      expect(found()).to.include('found [box] but for []');
    }
    stage.hosts.leave();
    stage.timers.advance(seconds(1_200));
    await settle();
    expect(found()).to.deep.equal([]);
  });

  it('loses nothing by a short silence', async () => {
    const stage = new Stage();
    stage.add('docker');
    await stage.lead();
    await stage.reach(SILENT);
    stage.timers.advance(seconds(5));
    await stage.reach(ANSWERS);
    stage.timers.advance(PATIENCE);
    expect(stage.news().filter((line) => line.startsWith('unreachable'))).to.deep.equal([]);
  });

  it('is asked again in the next term, and its patience counts from the silence', async () => {
    const stage = new Stage();
    stage.add('docker');
    await stage.lead();
    await stage.reach(SILENT);
    stage.hosts.leave();
    stage.timers.advance(seconds(50));
    stage.news();
    await stage.lead();
    expect(stage.news()).to.deep.equal(['agent executors:{process}', 'found [] but for [docker]']);
    stage.timers.advance(seconds(10));
    expect(stage.news()).to.deep.equal(['unreachable docker: no engine']);
  });

  it('sends each task to its executor, and kills to whoever has it', async () => {
    const stage = new Stage();
    stage.add('docker');
    await stage.lead();
    await stage.launch('plain', 'process');
    await stage.launch('box', 'docker');
    expect(stage.machines.process.isRunning('plain')).to.equal(true);
    expect(stage.machines.docker.isRunning('box')).to.equal(true);
    await stage.kill('box');
    expect(stage.machines.docker.isRunning('box')).to.equal(false);
    expect(stage.machines.process.isRunning('plain')).to.equal(true);
  });

  it('calls a task unknown only when everybody could be asked', async () => {
    const stage = new Stage();
    await stage.lead();
    stage.news();
    await stage.kill('nobody');
    expect(stage.news()).to.deep.equal([]);
    stage.add('docker');
    await settle();
    stage.news();
    await stage.kill('nobody');
    expect(stage.news()).to.deep.equal(['nobody TASK_KILLED']);
  });
});

describe('an agent with one executor', () => {
  it('is not offered while it is silent, and unreachable altogether in time', async () => {
    const stage = new Stage(['docker']);
    stage.add('docker');
    await stage.lead();
    stage.news();
    await stage.reach(SILENT);
    expect(stage.news()).to.deep.equal(['agent']);
    stage.timers.advance(PATIENCE);
    expect(stage.news()).to.deep.equal(['unreachable altogether: no engine']);
  });

  it('drops what it has no executor for', async () => {
    const stage = new Stage(['process']);
    await stage.lead();
    stage.news();
    await stage.launch('box', 'docker');
    expect(stage.news()).to.deep.equal(['box TASK_DROPPED']);
  });

  it('names a task that is only being launched, so that nobody takes it for lost', async () => {
    const stage = new Stage(['process']);
    await stage.lead();
    stage.news();
    const go = stage.machines.process.hold('prepare', 'slow');
    await stage.launch('slow', 'process');
    stage.hosts.leave();
    await stage.lead();
    expect(stage.news()).to.include('found [slow] but for []');
    go();
  });

  it('starts nothing once another leads, and finds it again when it leads anew', async () => {
    const stage = new Stage(['process']);
    await stage.lead();
    const go = stage.machines.process.hold('prepare', 'late');
    await stage.launch('late', 'process');
    stage.news();
    stage.leads = false;
    go();
    await settle();
    expect(stage.machines.process.isRunning('late')).to.equal(false);
    // Not a word of it either: it may be running by the doing of whoever leads.
    expect(stage.news()).to.deep.equal([]);
    stage.hosts.leave();
    stage.leads = true;
    await stage.lead();
    expect(stage.news().join()).to.include('late');
  });
});

describe('the output of tasks', () => {
  const id = (text: string): TaskId => text as TaskId;

  async function read(stage: Stage, task: string): Promise<string> {
    const { signal } = new AbortController();
    const request = { stream: 'stdout', follow: false, signal } as const;
    const found = await stage.hosts.tasks.readOutput(id(task), request);
    if (!found.ok) return found.error.kind;
    const parts: Uint8Array[] = [];
    for await (const part of found.value) parts.push(part);
    return Buffer.concat(parts).toString();
  }

  it('is looked for where the task runs, or with everybody when it is over', async () => {
    const stage = new Stage();
    stage.add('docker');
    await stage.lead();
    await stage.reach(ANSWERS);
    stage.outputs.set('docker over', 'from a container');
    expect(await read(stage, 'over')).to.equal('from a container');
    await stage.launch('a', 'process');
    stage.outputs.set('process a', 'from a process');
    stage.outputs.set('docker a', 'from somebody else');
    expect(await read(stage, 'a')).to.equal('from a process');
  });

  it('is unknown when nobody has it, unavailable when somebody cannot say', async () => {
    const stage = new Stage();
    stage.add('docker');
    expect(await read(stage, 'nobody')).to.equal('unknown');
    stage.engineIsMute = true;
    expect(await read(stage, 'nobody')).to.equal('unavailable');
  });
});
