import { expect } from 'chai';
import type { TestEngine } from '@ekiden/host-docker/testing';
import { always, until, useStage, type TestService } from '../support/index.js';
import { containerApp, journalOf } from './container-apps.js';
import { containersOf, startsOf } from './containers.js';
import { settingsFor, useEngines } from './engines.js';

const TIMEOUT = { EKIDEN_AGENT_TIMEOUT_SECONDS: '1' };

describe('Two engines as two agents', () => {
  const stage = useStage();
  const engines = useEngines(2, { liveRestore: true });

  /** How many containers of an app run on an engine. */
  async function countOn(engine: TestEngine, service: TestService, app: string): Promise<number> {
    const all = await containersOf(engine.docker, service);
    return all.filter(({ appId, state }) => appId === app && state === 'running').length;
  }

  it('keep what a constraint says about them, also to an app that waited for them', async () => {
    const [one, two] = engines() as [TestEngine, TestEngine];
    await Promise.all([one.stop(), two.stop()]);
    const service = await stage.start(settingsFor(engines()));
    const unique = { constraints: [['hostname', 'UNIQUE']] };
    await service.api.ask('POST', '/v2/apps', containerApp('/each', 2, unique));
    await two.start();
    await one.start();
    const { tasks } = await service.settled('/each', 2);
    expect(tasks.map(({ host }) => host).sort()).to.deep.equal(['engine1', 'engine2']);
    expect(await countOn(one, service, '/each')).to.equal(1);
    expect(await countOn(two, service, '/each')).to.equal(1);
    const second = { constraints: [['hostname', 'LIKE', 'engine2']] };
    await service.api.ask('POST', '/v2/apps', containerApp('/second', 2, second));
    await service.settled('/second', 2);
    expect(await countOn(two, service, '/second')).to.equal(2);
  });

  it('one lost: tasks move or wait as they were told, and nothing is doubled when it is back', async () => {
    const [spare, lost] = engines() as [TestEngine, TestEngine];
    await spare.stop();
    const service = await stage.start(settingsFor(engines(), TIMEOUT));
    const journal = journalOf(service, 'journal');
    const moving = { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 };
    for (const [id, unreachableStrategy] of [
      ['/moves', moving],
      ['/waits', 'disabled'],
    ] as const) {
      const wish = { ...journal.wish, unreachableStrategy };
      await service.api.ask('POST', '/v2/apps', containerApp(id, 2, wish));
      await service.settled(id, 2);
    }
    const waiting = await service.api.app('/waits');
    const kept = (await containersOf(lost.docker, service)).filter(
      ({ appId }) => appId === '/waits',
    );
    const before = await startsOf(lost.docker, service);
    expect(before.size).to.equal(4);
    // An engine that begins to answer long after the service.
    await spare.start();
    await lost.kill();
    await until(async () => (await countOn(spare, service, '/moves')) === 2, 'tasks that moved');
    const { tasks } = await service.settled('/moves', 2);
    expect(tasks.map(({ host }) => host)).to.deep.equal(['engine1', 'engine1']);
    const shown = await until(async () => {
      const app = await service.api.app('/waits');
      return app.tasks.every(({ state }) => state === 'TASK_UNREACHABLE') && app;
    }, 'unreachable tasks');
    expect(shown.tasks.map(({ id }) => id)).to.have.members(waiting.tasks.map(({ id }) => id));

    await lost.start();
    await until(
      async () => (await countOn(lost, service, '/moves')) === 0,
      'the end of the orphans',
    );
    await service.settled('/waits', 2);
    const now = await startsOf(lost.docker, service);
    expect([...now.keys()].sort()).to.deep.equal(kept.map(({ id }) => id).sort());
    for (const [id, at] of now) expect(before.get(id)).to.equal(at);
    await always(async () => {
      const count = await countOn(spare, service, '/moves');
      return count === 2 ? undefined : `${count} tasks on the spare engine`;
    }, 500);
    const starts = journal.starts();
    expect(starts).to.have.length(6);
    expect(new Set(starts).size).to.equal(6);
  });

  it('UNR-01, UNR-02, UNR-03, UNR-04, UNR-06, UNR-07: one lost for a while, as each app wants it', async () => {
    const [lost, spare] = engines() as [TestEngine, TestEngine];
    await spare.stop();
    const service = await stage.start(settingsFor(engines(), TIMEOUT));
    const { api } = service;
    const strategies = {
      // by default: given up as soon as its host is
      '/default': undefined,
      '/expunged-later': { inactiveAfterSeconds: 0, expungeAfterSeconds: 60 },
      '/inactive-later': { inactiveAfterSeconds: 2, expungeAfterSeconds: 60 },
      '/patient': { inactiveAfterSeconds: 300, expungeAfterSeconds: 600 },
    };
    const ids = Object.keys(strategies) as (keyof typeof strategies)[];
    const first = new Map<string, string>();
    for (const id of ids) {
      const unreachableStrategy = strategies[id];
      const wish = unreachableStrategy === undefined ? {} : { unreachableStrategy };
      await api.ask('POST', '/v2/apps', containerApp(id, 1, wish));
    }
    for (const id of ids) first.set(id, (await service.settled(id, 1)).tasks[0]?.id ?? '');
    const before = await startsOf(lost.docker, service);
    await Promise.all([spare.start(), lost.kill()]);

    const states = async (id: string): Promise<string> => {
      const { tasks } = await api.app(id);
      return tasks
        .map(({ id: task, state }) => `${task === first.get(id) ? 'old' : 'new'} ${state}`)
        .sort()
        .join(', ');
    };
    const wanted = {
      '/default': 'new TASK_RUNNING',
      '/expunged-later': 'new TASK_RUNNING, old TASK_UNREACHABLE',
      '/inactive-later': 'new TASK_RUNNING, old TASK_UNREACHABLE',
      '/patient': 'old TASK_UNREACHABLE',
    };
    for (const id of ids) {
      await until(async () => (await states(id)) === wanted[id], `${id}: ${wanted[id]}`, 12_000);
    }

    await lost.start();
    for (const id of ids) {
      // What was given up for good is stopped; else the original stays, and the newcomer goes.
      const stays = id === '/default' ? 'new TASK_RUNNING' : 'old TASK_RUNNING';
      await until(async () => (await states(id)) === stays, `${id}: ${stays}`, 12_000);
    }
    await until(async () => (await countOn(lost, service, '/default')) === 0, 'no orphan');
    expect(await countOn(spare, service, '/default')).to.equal(1);
    for (const id of ids.slice(1)) {
      await until(async () => (await countOn(spare, service, id)) === 0, `no newcomer of ${id}`);
      expect(await countOn(lost, service, id)).to.equal(1);
    }
    const now = await startsOf(lost.docker, service);
    expect(now.size).to.equal(3);
    for (const [id, at] of now) expect(before.get(id)).to.equal(at);
  });

  it('UNR-13: one that is restarted keeps its tasks; SCL-08: a kill by host is for that host alone', async () => {
    const [one] = engines() as [TestEngine, TestEngine];
    const service = await stage.start(settingsFor(engines(), TIMEOUT));
    const unique = { constraints: [['hostname', 'UNIQUE']] };
    await service.api.ask('POST', '/v2/apps', containerApp('/each', 2, unique));
    const { tasks } = await service.settled('/each', 2);
    const bounce = async (): Promise<void> => {
      await one.kill();
      await one.start();
    };
    await bounce();
    const hostOf = (host: string) => tasks.find((task) => task.host === host)?.id;
    expect((await service.settled('/each', 2)).tasks.map(({ id }) => id)).to.have.members(
      tasks.map(({ id }) => id),
    );
    await service.api.ask('DELETE', '/v2/apps/each/tasks?host=engine1');
    const after = await until(async () => {
      const app = await service.settled('/each', 2);
      return app.tasks.every(({ id }) => id !== hostOf('engine1')) && app;
    }, 'another task on engine1');
    expect(after.tasks.map(({ host }) => host).sort()).to.deep.equal(['engine1', 'engine2']);
    expect(after.tasks.map(({ id }) => id)).to.include(hostOf('engine2'));
  });

  it('one lost while a deployment starts containers on it: the others take them all', async () => {
    const [one, two] = engines() as [TestEngine, TestEngine];
    const service = await stage.start(settingsFor(engines(), TIMEOUT));
    await until(() => service.log.split('"event":"docker-host"').length === 3, 'both engines');
    await service.api.ask('POST', '/v2/apps', containerApp('/web', 6));
    await until(async () => (await containersOf(two.docker, service)).length > 0, 'a container');
    await two.kill();
    // Not just settled: it may have been so for a moment before the loss was seen.
    await until(
      async () => {
        const { tasks } = await service.settled('/web', 6);
        return tasks.every(({ host }) => host === 'engine1');
      },
      'six tasks on engine1',
      15_000,
    );
    await two.start();
    await until(async () => (await containersOf(two.docker, service)).length === 0, 'no orphans');
    expect(await countOn(one, service, '/web')).to.equal(6);
    await service.settled('/web', 6);
  });

  it('one engine by two addresses is used once, and the log says so', async () => {
    const [one] = engines() as [TestEngine];
    const { env } = settingsFor([one, one]);
    const service = await stage.start({ env });
    await until(() => service.log.includes('is the same Docker engine as'), 'a word in the log');
    const unique = { constraints: [['hostname', 'UNIQUE']] };
    await service.api.ask('POST', '/v2/apps', containerApp('/each', 2, unique));
    await until(async () => (await countOn(one, service, '/each')) === 1, 'one container');
    const why = await until(async () => {
      const seen = await service.api.why('/each');
      return seen.waiting === 1 && seen;
    }, 'one that waits');
    expect(why.agents).to.have.length(2);
  });
});
