import { expect } from 'chai';
import { HostDriver, type ContainerSpec, type TaskSpec, type Timers } from '@ekiden/host';
import { must, until } from '@ekiden/host/contract';
import { millis, seconds, type AgentId, type TaskId, type TaskStatus } from '@ekiden/kernel';
import { containerSpec, DockerStage } from '../testing/index.js';

const shell = (value: string) => ({ kind: 'shell', value }) as const;
const SLEEPS = 'trap "exit 143" TERM; while :; do sleep 0.05; done';

const timers: Timers = {
  after(delay, wake) {
    const timer = setTimeout(wake, delay);
    return () => clearTimeout(timer);
  },
};

describe('Task groups of containers', function suite() {
  this.timeout(20_000);
  let stage: DockerStage;
  let driver: HostDriver;
  let number = 0;
  let whole = '' as TaskId;
  const statuses: TaskStatus[] = [];

  beforeEach(async () => {
    statuses.length = 0;
    stage = await DockerStage.make();
    driver = await open();
    number += 1;
    whole = `${stage.cluster}-pod-${number}` as TaskId;
  });

  afterEach(async () => {
    await driver.close();
    await stage.dispose();
    for (const name of await volumes()) await stage.docker.getVolume(name).remove();
  });

  async function open(): Promise<HostDriver> {
    const next = new HostDriver({
      agentId: 'agent-1' as AgentId,
      executor: await stage.open(),
      clock: stage.clock,
      timers,
      statuses: (status) => {
        statuses.push(status);
        next.acknowledge(status.taskId, status.state);
      },
    });
    must(await next.recover());
    return next;
  }

  function member(name: string): TaskId {
    return `${whole}.${name}` as TaskId;
  }

  function group(
    commands: Readonly<Record<string, string>>,
    container: Partial<ContainerSpec> = {},
  ): TaskSpec {
    const names = Object.keys(commands);
    const first = member(names[0] ?? '');
    const members = names.map((name, at) =>
      containerSpec(
        member(name),
        {
          command: shell(commands[name] ?? ''),
          group: { taskId: whole, name, size: names.length, first },
          shared: [{ name: 'data', path: at === 0 ? '/data' : 'here', readOnly: at > 0 }],
        },
        at === 0 ? container : { network: { kind: 'task', taskId: first } },
      ),
    );
    return containerSpec(whole, { command: null, members });
  }

  async function volumes(): Promise<readonly string[]> {
    const listed = await stage.docker.listVolumes();
    return listed.Volumes.map(({ Name }) => Name).filter((name) => name.includes(stage.cluster));
  }

  async function seen(state: string): Promise<TaskStatus> {
    const find = (): TaskStatus | undefined => statuses.find((status) => status.state === state);
    await until(() => Promise.resolve(find() !== undefined), `the group is ${state}`);
    return find() as TaskStatus;
  }

  async function pidsOf(...names: readonly string[]): Promise<readonly number[]> {
    return Promise.all(
      names.map(async (name) => {
        const container = stage.docker.getContainer(`ekiden-${member(name)}`);
        return (await container.inspect()).State.Pid;
      }),
    );
  }

  async function forgotten(): Promise<void> {
    await until(async () => (await stage.containers()).length === 0, 'no container is left');
    await until(async () => (await volumes()).length === 0, 'no volume is left');
  }

  it('POD-01: have one network and one volume, and an address', async () => {
    const serves = 'echo shared > /data/file; exec nc -l -p 8000 -e cat';
    const asks = `until echo hello | nc 127.0.0.1 8000; do sleep 0.1; done
      cat here/file || cat /mnt/mesos/sandbox/here/file; ${SLEEPS}`;
    driver.launch(group({ server: serves, client: asks }));
    expect((await seen('TASK_RUNNING')).ipAddresses).to.have.length(1);
    await until(
      async () => (await stage.output(member('client'))).includes('shared'),
      'the client has asked and read',
    );
    expect(await stage.output(member('client'))).to.include('hello');
    expect(await volumes()).to.have.length(1);
    driver.kill(whole, millis(0));
    await seen('TASK_KILLED');
    await forgotten();
  });

  it('POD-03: end with the first container that ends, and leave nothing behind', async () => {
    driver.launch(group({ a: SLEEPS, b: 'sleep 0.5; exit 3' }));
    const end = await seen('TASK_FAILED');
    expect(end).to.include({ exitCode: 3 });
    expect(end.message).to.equal('Container b: Command exited with status 3');
    expect(end.members?.map(({ stopped }) => stopped)).to.deep.equal([true, false]);
    await forgotten();
  });

  it('are taken over by a restarted service with the same containers', async () => {
    driver.launch(group({ a: SLEEPS, b: SLEEPS }));
    await seen('TASK_RUNNING');
    const pids = await pidsOf('a', 'b');
    await driver.close();
    statuses.length = 0;
    driver = await open();
    await seen('TASK_RUNNING');
    expect(await pidsOf('a', 'b')).to.deep.equal(pids);
    driver.kill(whole, seconds(5));
    expect((await seen('TASK_KILLED')).members).to.have.length(2);
    await forgotten();
  });

  it('end when a container is removed by hand while nobody watches', async () => {
    driver.launch(group({ a: SLEEPS, b: SLEEPS }));
    await seen('TASK_RUNNING');
    await driver.close();
    statuses.length = 0;
    await stage.docker.getContainer(`ekiden-${member('b')}`).remove({ force: true });
    driver = await open();
    expect((await seen('TASK_FAILED')).message).to.match(/Not all containers/);
    await forgotten();
  });

  it('say what the first container said when the others cannot join it', async () => {
    driver.launch(group({ a: 'echo no >&2; exit 9', b: SLEEPS }));
    const end = await seen('TASK_FAILED');
    expect(end.message).to.match(
      /container a: Command exited with status 9|Container a: .*status 9/,
    );
    await forgotten();
  });
});
