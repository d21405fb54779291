import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { EmbeddedStage } from '../../../../testing/embedded-stage.js';
import { isThere, until } from '../../../../testing/processes.js';
import { routeTo, tableOf } from '../../../../testing/router-contract.js';
import { SystemClock } from '../../machine/index.js';
import { routerPlace } from './router-place.js';
import { retireEmbedded } from './retire-embedded.js';
import { EmbeddedRouter } from './embedded-router.js';

const OWNER = fileURLToPath(new URL('../../../../testing/router-owner.ts', import.meta.url));

describe('the life of the router', () => {
  let stage: EmbeddedStage;
  beforeEach(async () => {
    stage = await EmbeddedStage.make();
  });
  afterEach(() => stage.close());

  async function pidOf(router: EmbeddedRouter): Promise<number> {
    const status = await router.status();
    if (status === undefined) throw new Error('no router answers');
    return status.pid;
  }

  it('goes on through a kill -9 of its service, and the next service goes on with it', async () => {
    const listen = await stage.freeListen();
    const [a, b] = [await stage.backend('a'), await stage.backend('b')];
    const table = tableOf(7, [routeTo(listen, [a])]);
    const args = [...process.execArgv, OWNER, stage.dataDir, JSON.stringify(table)];
    const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(owner.stdout, 'data')) as [Buffer];
    expect(said.toString('utf8')).to.equal('applied\n');

    const client = await stage.client(listen);
    await once(client, 'data');
    const pid = await pidOf(stage.router);
    owner.kill('SIGKILL');
    await once(owner, 'exit');

    client.write('after');
    expect(String((await once(client, 'data'))[0])).to.equal('after');
    expect(await stage.ask(listen)).to.equal('a');

    const next = await stage.router.apply(tableOf(8, [routeTo(listen, [b])], 2));
    const draining = [{ taskId: 'a', open: 1 }];
    expect(next).to.deep.equal({ ok: true, value: { changed: 1, failed: [], draining } });
    expect(await pidOf(stage.router)).to.equal(pid);
    expect(await stage.ask(listen)).to.equal('b');
    client.write('and on');
    expect(String((await once(client, 'data'))[0])).to.equal('and on');
  });

  it('ends for a service that routes by other means, and finishes what it has', async () => {
    const listen = await stage.freeListen();
    await retireEmbedded(stage.dataDir, () => undefined);
    await stage.router.apply(tableOf(1, [routeTo(listen, [await stage.backend('a')])]));
    const pid = await pidOf(stage.router);
    stage.router.leave();
    const client = await stage.client(listen);
    await once(client, 'data');
    await retireEmbedded(stage.dataDir, () => undefined);
    await until(() => stage.ask(listen).then((said) => said === undefined));
    client.write('after');
    expect(String((await once(client, 'data'))[0])).to.equal('after');
    client.end();
    await until(() => !isThere(pid));
  });

  it('is not begun for nothing', async () => {
    const result = await stage.router.apply(tableOf(1, []));
    expect(result).to.deep.equal({ ok: true, value: { changed: 0, failed: [], draining: [] } });
    expect(await stage.router.status()).to.equal(undefined);
  });

  it('begins again after its own death', async () => {
    const listen = await stage.freeListen();
    const table = tableOf(1, [routeTo(listen, [await stage.backend('a')])]);
    expect((await stage.router.apply(table)).ok).to.equal(true);
    const pid = await pidOf(stage.router);
    process.kill(pid, 'SIGKILL');
    await until(() => !isThere(pid));
    // Nobody has to tell it the table again.
    await until(async () => (await stage.ask(listen)) === 'a');
    expect(await pidOf(stage.router)).to.not.equal(pid);
    expect(await stage.router.apply(table)).to.deep.include({ ok: true });
  });

  it('is ended when it hangs', async () => {
    const listen = await stage.freeListen();
    const table = tableOf(1, [routeTo(listen, [await stage.backend('a')])]);
    expect((await stage.router.apply(table)).ok).to.equal(true);
    const pid = await pidOf(stage.router);
    process.kill(pid, 'SIGSTOP');
    await until(async () => (await stage.anotherRouter().apply(table)).ok);
    expect(isThere(pid)).to.equal(false);
    await until(async () => (await stage.ask(listen)) === 'a');
  }).timeout(20_000);

  it('ends with its data directory', async () => {
    const listen = await stage.freeListen();
    await stage.router.apply(tableOf(1, [routeTo(listen, [await stage.backend('a')])]));
    const pid = await pidOf(stage.router);
    await rm(stage.dataDir, { recursive: true });
    await until(() => !isThere(pid));
    expect(await stage.ask(listen)).to.equal(undefined);
  });

  it('takes an address as soon as somebody else gives it back', async () => {
    const listen = await stage.freeListen();
    const other = await stage.serve(listen.port, (socket) => socket.destroy());
    const table = tableOf(1, [routeTo(listen, [await stage.backend('a')])]);
    const first = await stage.router.apply(table);
    const reason = 'another process listens there';
    expect(first).to.deep.equal({
      ok: true,
      value: { changed: 1, failed: [{ listen, reason }], draining: [] },
    });
    other.close();
    await until(async () => (await stage.ask(listen)) === 'a');
    const again = await stage.router.apply(table);
    expect(again).to.deep.equal({ ok: true, value: { changed: 0, failed: [], draining: [] } });
  });

  it('of two on one machine, the first has the port and the second says so', async () => {
    const second = await EmbeddedStage.make();
    try {
      const listen = await stage.freeListen();
      const table = tableOf(1, [routeTo(listen, [await stage.backend('a')])]);
      expect((await stage.router.apply(table)).ok).to.equal(true);
      const refused = await second.router.apply(table);
      expect(refused.ok && refused.value.failed.length === 1).to.equal(true);
      expect(await stage.ask(listen)).to.equal('a');
      expect((await second.router.status())?.failed).to.have.length(1);
    } finally {
      await second.close();
    }
  });

  it('is found in a data directory whose name is too long for a socket', async () => {
    const dataDir = join(stage.dataDir, 'x'.repeat(120));
    await mkdir(dataDir);
    const router = new EmbeddedRouter({
      dataDir,
      clock: new SystemClock(),
      log: () => undefined,
    });
    const listen = await stage.freeListen();
    const table = tableOf(1, [routeTo(listen, [await stage.backend('a')])]);
    expect((await router.apply(table)).ok).to.equal(true);
    expect(await stage.ask(listen)).to.equal('a');
    const { socket } = routerPlace(dataDir);
    expect(socket.startsWith(dataDir)).to.equal(false);
    expect((await stat(join(socket, '..'))).mode & 0o777).to.equal(0o700);
    const pid = await pidOf(router);
    await rm(socket);
    await until(async () => (await router.status())?.pid === pid);
    await rm(dataDir, { recursive: true });
    await until(() => !isThere(pid));
    await rm(join(socket, '..'), { recursive: true });
  });

  it('leaves the environment of the service behind', async () => {
    process.env['EKIDEN_TEST_SECRET'] = 'hunter2';
    try {
      const listen = await stage.freeListen();
      await stage.router.apply(tableOf(1, [routeTo(listen, [])]));
      const environment = await readFile(`/proc/${await pidOf(stage.router)}/environ`, 'utf8');
      expect(environment).to.not.contain('hunter2');
    } finally {
      delete process.env['EKIDEN_TEST_SECRET'];
    }
  });
});
