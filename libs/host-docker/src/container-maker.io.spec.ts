import { expect } from 'chai';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, seconds, type Result } from '@ekiden/kernel';
import { Fetcher } from '@ekiden/fetcher';
import type { HostFailure, TaskSpec } from '@ekiden/host';
import { containerSpec, serveOnSocket, type UnixServer } from '../testing/index.js';
import { ContainerMaker } from './container-maker.js';
import { labelsFor } from './container-labels.js';
import { Engine } from './engine.js';
import { Images } from './images.js';
import { packSandbox } from './sandbox-archive.js';
import { StartGate } from './start-gate.js';

type Route = (url: string, answer: Parameters<RequestListener>[1]) => void;

const MADE: Route = (_, answer) => answer.writeHead(201).end('{"Id":"c1"}');
const DONE: Route = (_, answer) => answer.writeHead(204).end();

describe('Making a container', () => {
  let folder: string;
  let server: UnixServer;
  let asked: string[];
  let routes: Record<string, Route>;
  const clock = new ManualClock();
  const fetch = [{ uri: 'big.bin', extract: false, executable: false, cache: false }];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ekiden-maker-'));
    asked = [];
    routes = {};
    server = await serveOnSocket((request, answer) => {
      const { method = '', url = '' } = request;
      const path = `${method} ${url.split('?')[0] ?? ''}`;
      asked.push(path);
      const route = routes[path];
      if (method === 'PUT') {
        route?.(url, answer);
        return;
      }
      request.resume();
      request.once('end', () => {
        if (route === undefined) answer.writeHead(500).end('{"message":"not expected"}');
        else route(url, answer);
      });
    });
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  async function make(
    spec: TaskSpec,
    signal = new AbortController().signal,
  ): Promise<Result<string, HostFailure>> {
    const engine = new Engine(
      { kind: 'unix', socketPath: server.socketPath },
      { look: seconds(5), change: seconds(5) },
    );
    const fetcher = await Fetcher.open({
      cacheDir: join(folder, 'cache'),
      fetchRoot: folder,
      clock,
      log: { info: () => undefined, warn: () => undefined },
    });
    const maker = new ContainerMaker({
      engine,
      cluster: 'c',
      images: new Images(engine),
      creates: new StartGate(clock, { min: 1, initial: 1, max: 1 }),
      fetcher,
      dockerConfig: folder,
    });
    return maker.make(spec, signal);
  }

  async function failure(...args: Parameters<typeof make>): Promise<HostFailure> {
    const made = await make(...args);
    if (made.ok) throw new Error('expected a failure');
    return made.error;
  }

  function taken(owner: Partial<TaskSpec>, status: string): void {
    routes['POST /containers/create'] = (_, answer) => {
      answer.writeHead(409).end('{"message":"Conflict. The container name is already in use"}');
    };
    const found = {
      Id: 'old',
      State: { Status: status },
      Config: { Labels: labelsFor('c', containerSpec(owner.taskId ?? 't', owner)) },
    };
    routes['GET /containers/ekiden-t/json'] = (_, answer) => answer.end(JSON.stringify(found));
  }

  it('leaves the container nowhere when its files cannot be put into it', async () => {
    await writeFile(join(folder, 'big.bin'), Buffer.alloc(4_000_000));
    routes['POST /containers/create'] = MADE;
    routes['PUT /containers/c1/archive'] = (_, answer) => answer.socket?.destroy();
    routes['DELETE /containers/c1'] = DONE;
    expect((await failure(containerSpec('t', { fetch }))).kind).to.equal('engineGone');
    expect(asked.at(-1)).to.equal('DELETE /containers/c1');
  });

  it('blames the files, not the engine, when the engine will not have them', async () => {
    await writeFile(join(folder, 'big.bin'), Buffer.alloc(4_000_000));
    routes['POST /containers/create'] = MADE;
    // As the engine does: it answers at once, and does not close on who still writes.
    routes['PUT /containers/c1/archive'] = (_, answer) => {
      const refusal = '{"message":"container rootfs is marked read-only"}';
      answer.writeHead(403, { 'Content-Length': refusal.length }).write(refusal);
      answer.req.resume().once('end', () => answer.end());
    };
    routes['DELETE /containers/c1'] = DONE;
    expect(await failure(containerSpec('t', { fetch }))).to.deep.equal({
      kind: 'sandbox',
      message:
        'Fetched files cannot be put into the container: container rootfs is marked read-only',
    });
  });

  it('asks the engine for nothing when it was given up before its turn', async () => {
    const giveUp = new AbortController();
    giveUp.abort();
    expect((await failure(containerSpec('t'), giveUp.signal)).kind).to.equal('cancelled');
    expect(asked).to.deep.equal([]);
  });

  it('asks nobody for what makes no sense', async () => {
    const parameters = [{ key: 'nope', value: '' }];
    expect((await failure(containerSpec('t', {}, { parameters }))).kind).to.equal('invalid');
    expect(asked).to.deep.equal([]);
  });

  it('leaves a container alone that a later term of the service has made', async () => {
    taken({ epoch: 7 }, 'created');
    expect((await failure(containerSpec('t', { epoch: 6 }))).kind).to.equal('alreadyRan');
    expect(asked.some((path) => path.startsWith('DELETE'))).to.equal(false);
  });

  it('leaves a container alone that has run', async () => {
    taken({ epoch: 1 }, 'exited');
    expect((await failure(containerSpec('t', { epoch: 6 }))).kind).to.equal('alreadyRan');
    expect(asked.some((path) => path.startsWith('DELETE'))).to.equal(false);
  });

  it('removes what was never started without force, so that nothing running is hit', async () => {
    taken({ epoch: 1 }, 'created');
    let force = '';
    routes['DELETE /containers/old'] = (url, answer) => {
      force = new URL(url, 'http://engine').searchParams.get('force') ?? '';
      routes['POST /containers/create'] = MADE;
      answer.writeHead(204).end();
    };
    expect(await make(containerSpec('t', { epoch: 2 }))).to.deep.equal({ ok: true, value: 'c1' });
    expect(force).to.not.equal('true');
  });

  it('tries once more when the name is free again at the second look', async () => {
    taken({}, 'created');
    routes['GET /containers/ekiden-t/json'] = (_, answer) => {
      routes['POST /containers/create'] = MADE;
      answer.writeHead(404).end('{"message":"No such container: ekiden-t"}');
    };
    expect(await make(containerSpec('t'))).to.deep.equal({ ok: true, value: 'c1' });
  });

  it('does not take a container without labels for its own', async () => {
    taken({}, 'created');
    const found = { Id: 'old', State: { Status: 'created' }, Config: { Labels: null } };
    routes['GET /containers/ekiden-t/json'] = (_, answer) => answer.end(JSON.stringify(found));
    expect(await failure(containerSpec('t'))).to.deep.equal({
      kind: 'engineRefused',
      message: 'A container named ekiden-t exists that is not of this cluster',
    });
  });
});

describe('The archive of a sandbox', () => {
  it('can be left at any time, and its folder with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ekiden-pack-'));
    for (let n = 0; n < 50; n += 1) {
      await mkdir(join(folder, `d${n}`));
      await writeFile(join(folder, `d${n}`, 'file'), Buffer.alloc(100_000));
    }
    await symlink('d0/file', join(folder, 'link'));
    const archive = packSandbox(folder);
    for await (const chunk of archive.stream) {
      expect((chunk as Buffer).length).to.be.greaterThan(0);
      break;
    }
    await rm(folder, { recursive: true });
    // What the packer still had in hand fails now; nobody is left to hear of it.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(archive.stream.destroyed).to.equal(true);
  });

  it('says what could not be read', async () => {
    const archive = packSandbox('/nowhere/at/all');
    const outcome = await archive.stream.toArray().then(
      () => 'read',
      () => 'failed',
    );
    expect(outcome).to.equal('failed');
    expect(archive.failure()?.message).to.contain('ENOENT');
  });
});
