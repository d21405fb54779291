import { expect } from 'chai';
import Docker from 'dockerode';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { busyboxImage, TestEngine } from './index.js';
import { runCommand } from './run-command.js';

const PORT = 31_000;
const SERVER = 'mkdir -p /www && echo "$NAME" > /www/index.html && exec httpd -f -p 80 -h /www';

/** A container that answers with its name on port 31000 of the engine. */
async function startServer({ docker }: TestEngine, name: string): Promise<Docker.Container> {
  const container = await docker.createContainer({
    name,
    Image: await busyboxImage(docker),
    Cmd: ['sh', '-c', SERVER],
    StopSignal: 'SIGKILL', // process 1 would ignore SIGTERM, and engines wait 10 s
    Env: [`NAME=${name}`],
    ExposedPorts: { '80/tcp': {} },
    HostConfig: { PortBindings: { '80/tcp': [{ HostPort: `${PORT}` }] } },
  });
  await container.start();
  return container;
}

async function answerOf({ address }: TestEngine): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await fetch(`http://${address}:${PORT}/`);
      return (await response.text()).trim();
    } catch (error) {
      if (attempt === 100) throw error;
      await delay(20);
    }
  }
}

interface Info {
  readonly ID: string;
}

interface Left {
  readonly socketPath: string;
  readonly containerId: string;
  readonly pid: number;
}

/** What of an engine and its one container is still on this machine. */
async function tracesOf({ socketPath, containerId, pid }: Left): Promise<readonly string[]> {
  const root = dirname(socketPath);
  const number = basename(root);
  const network = [
    ...(await runCommand('ip', 'netns', 'list')).split('\n'),
    ...(await runCommand('ip', '-o', 'link')).split('\n'),
  ].filter((line) => new RegExp(`ekiden(-engine-)?${number}\\b`).test(line));
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const commands = readdirSync('/proc').map((name) => textOf(`/proc/${name}/cmdline`));
  const groups = ['', ...readdirSync('/sys/fs/cgroup')].map((name) =>
    join('/sys/fs/cgroup', name, 'docker', containerId),
  );
  return [
    ...network,
    ...mounts.filter((line) => line.includes(`${root}/`)),
    ...commands.filter((line) => line.includes(`${root}/`)),
    ...[...groups, root].filter((path) => existsSync(path)),
    ...(textOf(`/proc/${pid}/cmdline`) === '' ? [] : [`process ${pid}`]),
  ];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

describe('A test engine', () => {
  const engines: TestEngine[] = [];

  async function make(...options: Parameters<typeof TestEngine.make>): Promise<TestEngine> {
    const engine = await TestEngine.make(...options);
    engines.push(engine);
    return engine;
  }

  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.dispose()));
  });

  it('publishes ports at its own address, so that two may publish the same', async () => {
    const [one, two] = await Promise.all([make(), make()]);
    await Promise.all([startServer(one, 'one'), startServer(two, 'two')]);
    expect(await answerOf(one)).to.equal('one');
    expect(await answerOf(two)).to.equal('two');
    expect(one.url).to.equal(`unix://${one.socketPath}`);
    const infos = (await Promise.all([one.docker.info(), two.docker.info()])) as readonly Info[];
    expect(infos[0]?.ID).to.not.equal(infos[1]?.ID);
  });

  it('lets containers reach this machine, and its bridge is their gateway', async () => {
    const engine = await make();
    const { docker } = engine;
    const script = `ip route && ping -c 1 -W 2 ${engine.hostAddress}`;
    const container = await docker.createContainer({
      Image: await busyboxImage(docker),
      Cmd: ['sh', '-c', script],
      Tty: true,
    });
    await container.start();
    const end = (await container.wait()) as { readonly StatusCode: number };
    const output = (await container.logs({ stdout: true })).toString('utf8');
    expect(output).to.contain(`default via ${engine.bridgeAddress} `);
    expect(end.StatusCode).to.equal(0);
  });

  it('keeps containers through a kill with live-restore', async () => {
    const engine = await make({ liveRestore: true });
    const container = await startServer(engine, 'web');
    const before = (await container.inspect()).State;
    await engine.kill();
    expect(await engine.docker.ping().catch(() => 'away')).to.equal('away');
    await engine.start();
    const after = (await container.inspect()).State;
    expect(after.Running).to.equal(true);
    expect(after.Pid).to.equal(before.Pid);
    expect(await answerOf(engine)).to.equal('web');
  });

  it('keeps containers through a stop with live-restore', async () => {
    const engine = await make({ liveRestore: true });
    const container = await startServer(engine, 'web');
    const before = (await container.inspect()).State;
    await engine.stop();
    await engine.start();
    expect((await container.inspect()).State.Pid).to.equal(before.Pid);
    expect(await answerOf(engine)).to.equal('web');
  });

  it('ends containers with itself without live-restore, and starts again on the same data', async () => {
    const engine = await make();
    const container = await startServer(engine, 'web');
    await engine.kill();
    await engine.start();
    expect((await container.inspect()).State.Running).to.equal(false);
    await container.start();
    expect(await answerOf(engine)).to.equal('web');
  });

  it('admits clients with a certificate and no others when it is made with TLS', async () => {
    const { tls } = await make({ tls: true });
    if (tls === undefined) throw new Error('no TLS');
    const { hostname: host, port } = new URL(tls.url);
    const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) =>
      readFileSync(join(tls.certPath, name)),
    );
    const base = { protocol: 'https', host, port: Number(port) } as const;
    const admitted = new Docker({ ...base, ...(ca && cert && key ? { ca, cert, key } : {}) });
    expect(String(await admitted.ping())).to.equal('OK');
    const stranger = new Docker({ ...base, ...(ca ? { ca } : {}) });
    expect(await stranger.ping().catch(() => 'refused')).to.equal('refused');
  });

  for (const state of ['running', 'stopped', 'killed'] as const) {
    it(`leaves nothing behind when it is disposed of while ${state}`, async () => {
      const engine = await make({ liveRestore: true });
      const container = await startServer(engine, 'web');
      const { State } = await container.inspect();
      const left = {
        socketPath: engine.socketPath,
        containerId: container.id,
        pid: State.Pid,
      };
      if (state === 'stopped') await engine.stop();
      if (state === 'killed') await engine.kill();
      expect(await tracesOf(left)).to.not.deep.equal([]);
      await engine.dispose();
      expect(await tracesOf(left)).to.deep.equal([]);
    });
  }

  it('clears up after a test run that was killed', async () => {
    const file = fileURLToPath(new URL('./programs/leave-engine.ts', import.meta.url));
    const loader = '--import=@swc-node/register/esm-register';
    const run = spawn(process.execPath, [loader, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: run.stdout }), 'line')) as [string];
    const left = JSON.parse(line) as Left;
    expect(await tracesOf(left)).to.not.deep.equal([]);
    run.kill('SIGKILL');
    await once(run, 'exit');

    await make();
    // Another run on this machine may have begun to clear up, too, and be at it still.
    const deadline = performance.now() + 10_000;
    while ((await tracesOf(left)).length > 0 && performance.now() < deadline) await delay(50);
    expect(await tracesOf(left)).to.deep.equal([]);
  });
});
