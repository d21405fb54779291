import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import { failureOf, must, taskSpec } from '@ekiden/host/contract';
import { ProcessHost } from '../testing/process-host.js';
import { PortLeases } from './port-leases.js';
import { portsInUse } from './port-probe.js';
import { bootId, ownIdentity, readStat } from './proc.js';

const SILENT = { info: () => undefined, warn: () => undefined };

async function listening(host: string): Promise<{ server: Server; port: number }> {
  const server = createServer();
  server.listen({ port: 0, host });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: address.port };
}

describe('port probe', () => {
  for (const host of ['127.0.0.1', '0.0.0.0', '::1', '::']) {
    it(`sees a listener on ${host}`, async () => {
      const { server, port } = await listening(host);
      expect(await portsInUse([port])).to.deep.equal([port]);
      server.close();
      await once(server, 'close');
      expect(await portsInUse([port])).to.deep.equal([]);
    });
  }
});

describe('port leases', () => {
  const a = { dataDir: '/a', taskId: 'x' };
  const b = { dataDir: '/b', taskId: 'x' };
  let folder: string;
  let leases: PortLeases;

  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'ekiden-leases-')), 'ports');
    leases = await PortLeases.open(folder, SILENT);
  });

  afterEach(async () => {
    await rm(join(folder, '..'), { recursive: true });
  });

  async function deadIdentity(): Promise<{ pid: number; startTime: string }> {
    const child = spawn('sleep', ['300'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const stat = readStat(child.pid ?? 0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    return { pid: child.pid ?? 0, startTime: stat?.startTime ?? '' };
  }

  it('are shared by all users of the machine', async () => {
    expect((await stat(folder)).mode & 0o7777).to.equal(0o1777);
  });

  it('belong to one owner at a time', async () => {
    expect(await leases.acquire([5, 6], a, [ownIdentity()])).to.deep.equal([]);
    expect(await leases.acquire([6, 7], b, [ownIdentity()])).to.deep.equal([6]);
    expect((await readdir(folder)).sort()).to.deep.equal(['5', '6']);
    await leases.release([5, 6], b);
    expect(await leases.acquire([6], b, [ownIdentity()])).to.deep.equal([6]);
    await leases.release([5, 6], a);
    expect(await leases.acquire([6, 7], b, [ownIdentity()])).to.deep.equal([]);
  });

  it('may be taken again by their owner', async () => {
    await leases.acquire([5], a, [ownIdentity()]);
    expect(await leases.acquire([5], a, [ownIdentity()])).to.deep.equal([]);
  });

  it('are stale when their holders are gone, and go to exactly one of many', async () => {
    await leases.acquire([5], a, [await deadIdentity()]);
    const owners = Array.from({ length: 20 }, (_, index) => ({
      dataDir: `/${index}`,
      taskId: 't',
    }));
    const answers = await Promise.all(
      owners.map((owner) => leases.acquire([5], owner, [ownIdentity()])),
    );
    expect(answers.filter((taken) => taken.length === 0)).to.have.length(1);
    expect(await readdir(folder)).to.deep.equal(['5']);
  });

  it('are stale after a restart of the machine and when they say nothing', async () => {
    const lease = { ...a, bootId: `not ${bootId()}`, holders: [ownIdentity()] };
    await writeFile(join(folder, '5'), JSON.stringify(lease));
    await writeFile(join(folder, '6'), '');
    expect(await leases.acquire([5, 6], b, [ownIdentity()])).to.deep.equal([]);
  });

  it('hold while one of several holders lives', async () => {
    await leases.acquire([5], a, [ownIdentity()]);
    await leases.rebind([5], a, [await deadIdentity(), ownIdentity()]);
    expect(await leases.acquire([5], b, [ownIdentity()])).to.deep.equal([5]);
    await leases.rebind([5], a, [await deadIdentity()]);
    expect(await leases.acquire([5], b, [ownIdentity()])).to.deep.equal([]);
  });
});

describe('ports of tasks', () => {
  let one: ProcessHost;
  let other: ProcessHost;

  beforeEach(async () => {
    one = await ProcessHost.make();
    other = await ProcessHost.make();
  });

  afterEach(async () => {
    await one.dispose();
    await other.dispose();
  });

  function spec(taskId: string, port: number): ReturnType<typeof taskSpec> {
    const command = { kind: 'shell', value: 'exec sleep 300' } as const;
    return taskSpec(taskId, { command, ports: [port] });
  }

  it('do not clash between two services on one machine', async () => {
    const { server, port } = await listening('127.0.0.1');
    server.close();
    await once(server, 'close');
    const portLeaseDir = join(one.root, 'shared');
    const first = await one.open({ portLeaseDir });
    const second = await other.open({ portLeaseDir });
    const task = spec('a', port);
    must(await first.prepare(task));
    expect(failureOf(await second.prepare(task))).to.deep.include({
      kind: 'portTaken',
      ports: [port],
      message: `Host port is taken: ${port}`,
    });
    must(await first.start(task.taskId));
    await first.close();
    expect(failureOf(await second.prepare(task)).kind).to.equal('portTaken');
    const later = await one.open({ portLeaseDir });
    must(await later.adopt());
    must(await later.shutdown(task.taskId, seconds(5)));
    must(await second.prepare(task));
    await later.close();
    await second.close();
  });

  it('are refused while somebody else listens, and nothing stays behind', async () => {
    const { server, port } = await listening('127.0.0.1');
    const executor = await one.open();
    expect(failureOf(await executor.prepare(spec('a', port)))).to.deep.include({ ports: [port] });
    expect(must(await executor.adopt())).to.deep.equal([]);
    for (const folder of ['tasks', 'sandboxes']) {
      expect(await readdir(join(one.dataDir, folder))).to.deep.equal([]);
    }
    expect(await readdir(join(one.root, 'ports'))).to.deep.equal([]);
    server.close();
    await once(server, 'close');
    must(await executor.prepare(spec('a', port)));
    await executor.close();
  });

  it('fail the launch when leases cannot be kept', async () => {
    const executor = await one.open();
    await rm(join(one.root, 'ports'), { recursive: true });
    await mkdir(join(one.root, 'elsewhere'));
    expect(failureOf(await executor.prepare(spec('a', 1))).kind).to.equal('sandbox');
    await executor.close();
  });
});
