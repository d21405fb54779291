import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import type { TaskSpec } from '@ekiden/host';
import { Fetcher } from '@ekiden/fetcher';
import { failureOf, must, taskSpec, until } from '@ekiden/host/contract';
import { ProcessHost, realClock } from '../testing/process-host.js';
import type { ProcessExecutor } from './process-executor.js';

const PLAIN = { extract: true, executable: false, cache: false } as const;

describe('tasks with files to fetch', () => {
  let host: ProcessHost;
  let executor: ProcessExecutor;
  let server: Server;
  let asked = 0;

  beforeEach(async () => {
    asked = 0;
    server = createServer((request, response) => {
      asked += 1;
      if (request.url === '/stalls') response.writeHead(200, { 'content-length': 10 }).write('x');
      else response.end('from afar');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    host = await ProcessHost.make();
    executor = await host.open();
    await mkdir(host.fetchRoot, { recursive: true });
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await executor.close();
    await host.dispose();
  });

  const uri = (path: string): string =>
    `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

  const sandboxes = (): Promise<string[]> => readdir(join(host.dataDir, 'sandboxes'));

  function fetching(path: string): TaskSpec {
    return taskSpec('a', { fetch: [{ ...PLAIN, uri: uri(path) }] });
  }

  it('find them in their sandbox', async () => {
    const command = { kind: 'shell', value: 'cat file' } as const;
    const spec = { ...fetching('/file'), command };
    must(await executor.prepare(spec));
    must(await executor.start(spec.taskId));
    must(await executor.wait(spec.taskId));
    expect(await host.read('a')).to.equal('from afar');
  });

  it('share the fetcher they are given, with its cache', async () => {
    const log = { info: () => undefined, warn: () => undefined };
    const { fetchRoot } = host;
    const cacheDir = join(host.root, 'shared');
    const fetcher = await Fetcher.open({ cacheDir, fetchRoot, clock: realClock, log });
    const sharing = await host.open({ fetcher });
    const fetch = [{ ...PLAIN, cache: true, uri: uri('/file') }];
    must(await sharing.prepare(taskSpec('a', { fetch })));
    expect(await readdir(join(cacheDir, 'files'))).to.have.length(1);
    await sharing.close();
  });

  it('stop the download when they are shut down meanwhile', async () => {
    const preparing = executor.prepare(fetching('/stalls'));
    await until(() => Promise.resolve(asked === 1), 'the download is under way');
    must(await executor.shutdown(fetching('/stalls').taskId, seconds(60)));
    expect(failureOf(await preparing).kind).to.equal('cancelled');
    expect(await sandboxes()).to.deep.equal([]);
  });

  it('stop the download when the executor is closed', async () => {
    const preparing = executor.prepare(fetching('/stalls'));
    await until(() => Promise.resolve(asked === 1), 'the download is under way');
    await executor.close();
    expect(failureOf(await preparing).kind).to.equal('closed');
    expect(await sandboxes()).to.deep.equal([]);
  });

  if (process.getuid?.() === 0) {
    describe('and a user', () => {
      const OWNERS = "find . ! -name 'std*' | sort | xargs stat -c '%N %U'";

      it('own them, links too and nothing that those lead to', async () => {
        const packed = join(host.root, 'packed');
        await mkdir(join(packed, 'dir'), { recursive: true });
        await writeFile(join(packed, 'dir', 'file'), 'x');
        await symlink('dir', join(packed, 'link'));
        execFileSync('tar', ['-czf', join(host.fetchRoot, 'x.tar.gz'), '-C', packed, '.']);
        const spec = taskSpec('a', {
          user: 'nobody',
          fetch: [{ ...PLAIN, uri: 'x.tar.gz' }],
          command: { kind: 'shell', value: OWNERS },
        });
        must(await executor.prepare(spec));
        must(await executor.start(spec.taskId));
        expect(must(await executor.wait(spec.taskId)).exitCode).to.equal(0);
        expect((await host.read('a')).trim().split('\n')).to.deep.equal([
          ...["'.' nobody", "'./dir' nobody", "'./dir/file' nobody"],
          ...["'./link' -> 'dir' nobody", "'./x.tar.gz' nobody"],
        ]);
      });

      it('have the groups of that user and none of the service', async () => {
        const command = { kind: 'shell', value: 'id -G; grep ^Groups /proc/self/status' } as const;
        const spec = taskSpec('a', { user: 'nobody', command });
        must(await executor.prepare(spec));
        must(await executor.start(spec.taskId));
        must(await executor.wait(spec.taskId));
        const expected = execFileSync('id', ['-G', 'nobody'], { encoding: 'utf8' });
        const [groups = '', supplementary = ''] = (await host.read('a')).split('\n');
        expect(`${groups}\n`).to.equal(expected);
        expect(supplementary.replace('Groups:', '').trim()).to.be.oneOf([groups, '']);
      });

      it('are told when there is no such user', async () => {
        for (const user of ['no-such-user', '../x', '-u', 'a b']) {
          const failure = failureOf(await executor.prepare(taskSpec('a', { user })));
          expect(failure).to.deep.equal({ kind: 'sandbox', message: `No such user: ${user}` });
        }
        expect(await sandboxes()).to.deep.equal([]);
      });
    });
  }

  it('show no credentials in what they fail with', async () => {
    const secret = uri('/gone').replace('//', '//us:pw@');
    server.removeAllListeners('request');
    server.on('request', (_, response) => response.writeHead(404).end());
    const spec = taskSpec('a', { fetch: [{ ...PLAIN, uri: secret }] });
    const failure = failureOf(await executor.prepare(spec));
    expect(JSON.stringify(failure)).to.not.contain('us:pw');
    expect(failure.message).to.contain(`Cannot fetch ${uri('/gone')}: the server answered 404`);
    expect(host.warnings.join('\n')).to.not.contain('us:pw');
  });
});
