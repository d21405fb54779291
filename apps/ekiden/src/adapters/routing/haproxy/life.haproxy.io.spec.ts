import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import { HaproxyStage } from '../../../../testing/haproxy-stage.js';
import { isThere, until } from '../../../../testing/processes.js';
import { httpRouteTo, routeTo, tableOf } from '../../../../testing/router-contract.js';
import { SystemClock } from '../../machine/index.js';
import { HaproxyRouter } from './haproxy-router.js';
import { retireHaproxy } from './retire-haproxy.js';

describe('the life of HAProxy', () => {
  let stage: HaproxyStage;
  beforeEach(async () => {
    stage = await HaproxyStage.make();
  });
  afterEach(() => stage.close());

  async function pidOf(): Promise<number> {
    const pid = await stage.pid();
    if (pid === undefined) throw new Error('HAProxy was never started');
    return pid;
  }

  it('goes on with the next service, which is fenced by the tables of the one before', async () => {
    const listen = await stage.freeListen();
    const [a, b] = [await stage.backend('a'), await stage.backend('b')];
    expect((await stage.router.apply(tableOf(7, [routeTo(listen, [a])], 2))).ok).to.equal(true);
    const pid = await pidOf();
    const held = await stage.hold(listen);
    const next = stage.anotherRouter();
    expect(await next.apply(tableOf(6, [], 2))).to.deep.equal({
      ok: false,
      error: { kind: 'outdated', epoch: 2, generation: 7 },
    });
    expect(await next.apply(tableOf(1, [routeTo(listen, [b])], 3))).to.deep.equal({
      ok: true,
      value: { changed: 1, failed: [], draining: [{ taskId: 'a', open: 1 }] },
    });
    expect(await pidOf()).to.equal(pid);
    expect(await stage.ask(listen)).to.equal('b');
    await held.end();
  });

  it('is not begun for nothing', async () => {
    const result = await stage.router.apply(tableOf(1, []));
    expect(result).to.deep.equal({ ok: true, value: { changed: 0, failed: [], draining: [] } });
    expect(await stage.pid()).to.equal(undefined);
  });

  it('begins again after its own death, or when it hangs', async () => {
    const listen = await stage.freeListen();
    const table = tableOf(1, [routeTo(listen, [await stage.backend('a')])]);
    expect((await stage.router.apply(table)).ok).to.equal(true);
    for (const end of ['SIGKILL', 'SIGSTOP'] as const) {
      const pid = await pidOf();
      process.kill(pid, end);
      await until(async () => {
        const applied = await stage.anotherRouter().apply(table);
        return applied.ok && applied.value.failed.length === 0;
      });
      expect(await stage.ask(listen)).to.equal('a');
      expect(isThere(pid)).to.equal(false);
      expect(await pidOf()).to.not.equal(pid);
    }
  }).timeout(20_000);

  it('takes an address as soon as it is free and somebody asks again', async () => {
    const listen = await stage.freeListen();
    const other = await stage.serve(listen.port, (socket) => socket.destroy());
    const table = tableOf(1, [routeTo(listen, [await stage.backend('a')])]);
    const reason = 'another process listens there';
    const first = await stage.router.apply(table);
    expect(first.ok && first.value.failed).to.deep.equal([{ listen, reason }]);
    other.close();
    await once(other, 'close');
    const again = await stage.router.apply(table);
    expect(again).to.deep.equal({ ok: true, value: { changed: 0, failed: [], draining: [] } });
    expect(await stage.ask(listen)).to.equal('a');
  });

  it('BG-07: cuts what is open to a task when its time is over, in workers of before too', async () => {
    const [listen, other] = [await stage.freeListen(), await stage.freeListen()];
    const [a, b] = [await stage.backend('a'), await stage.backend('b')];
    const soon = { drain: seconds(1) };
    await stage.router.apply(tableOf(1, [{ ...routeTo(listen, [a]), ...soon }]));
    const clients = [await stage.client(listen), await stage.client(listen)];
    await Promise.all(clients.map((client) => once(client, 'data')));
    // A reload: the connections stay with the worker of before.
    const open = [{ ...routeTo(listen, [a]), ...soon }, routeTo(other, [a])];
    await stage.router.apply(tableOf(2, open));
    const later = await stage.client(listen);
    await once(later, 'data');
    const ends = Promise.all([...clients, later].map((client) => once(client, 'close')));
    for (const client of [...clients, later]) client.on('end', () => client.end());
    const closed = await stage.router.apply(tableOf(3, [{ ...routeTo(listen, [b]), ...soon }]));
    expect(closed.ok && closed.value.draining).to.deep.equal([{ taskId: 'a', open: 3 }]);
    await ends;
  });

  it('serves routes by the name of the host on the shared port, and clients by address', async () => {
    const [vhosts, one, two] = [
      await stage.freeListen(),
      await stage.freeListen(),
      await stage.freeListen(),
    ];
    const router = stage.anotherRouter({ vhosts });
    const [shop, below] = [await stage.httpBackend('shop'), await stage.httpBackend('below')];
    const echo = await stage.answering('echo', (request, response) => {
      const { headers } = request;
      const names = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'];
      response.end(names.map((name) => headers[name]).join(' '));
    });
    const applied = await router.apply(
      tableOf(1, [
        { ...httpRouteTo(one, [shop]), hosts: ['shop.example.com'] },
        { ...httpRouteTo(two, [below]), hosts: ['*.example.com'] },
      ]),
    );
    expect(applied.ok && applied.value.failed).to.deep.equal([]);
    const at = async (host: string) => stage.request(vhosts, { Host: host });
    expect(await at('Shop.Example.com:80')).to.deep.equal({ status: 200, backend: 'shop' });
    expect(await at('api.example.com')).to.deep.equal({ status: 200, backend: 'below' });
    expect((await at('elsewhere.org')).status).to.equal(503);
    await router.apply(tableOf(2, [httpRouteTo(one, [echo])]));
    const told = (await stage.request(one, { Host: 'a.org' })).backend;
    expect(told).to.equal('127.0.0.1 http a.org');
  });

  it('that is missing or too old is a reason, and asked for again', async () => {
    const listen = await stage.freeListen();
    const table = tableOf(1, [routeTo(listen, [await stage.backend('a')])]);
    const executable = join(stage.dataDir, 'haproxy-program');
    const { dataDir } = stage;
    const log = (): void => undefined;
    const router = new HaproxyRouter({ dataDir, executable, clock: new SystemClock(), log });
    const reason = async (): Promise<string> => {
      const result = await router.apply(table);
      return !result.ok && result.error.kind === 'unreachable' ? result.error.reason : '';
    };
    expect(await reason()).to.equal(`${executable} cannot be run: there is no such file`);
    await writeFile(executable, '#!/bin/sh\necho HAProxy version 2.4.22\n');
    await chmod(executable, 0o755);
    expect(await reason()).to.equal(`${executable} is HAProxy 2.4; 2.6 or newer is needed`);
    await writeFile(executable, '#!/bin/sh\nexec /usr/sbin/haproxy "$@"\n');
    expect(await reason()).to.equal('');
    expect(await stage.ask(listen)).to.equal('a');
  });

  it('ends for a service that routes by other means, and finishes what it has', async () => {
    const listen = await stage.freeListen();
    await retireHaproxy(stage.dataDir, () => undefined);
    await stage.router.apply(tableOf(1, [routeTo(listen, [await stage.backend('a')])]));
    const pid = await pidOf();
    const held = await stage.hold(listen);
    await retireHaproxy(stage.dataDir, () => undefined);
    await until(async () => (await stage.ask(listen)) === undefined);
    await held.end();
    await until(() => !isThere(pid));
  });

  it('leaves the environment of the service behind', async () => {
    process.env['EKIDEN_TEST_SECRET'] = 'hunter2';
    try {
      await stage.router.apply(tableOf(1, [routeTo(await stage.freeListen(), [])]));
      expect(await readFile(`/proc/${await pidOf()}/environ`, 'utf8')).to.not.contain('hunter2');
    } finally {
      delete process.env['EKIDEN_TEST_SECRET'];
    }
  });
});
