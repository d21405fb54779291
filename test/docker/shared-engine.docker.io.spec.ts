import { expect } from 'chai';
import type Docker from 'dockerode';
import { randomUUID } from 'node:crypto';
import { until, useStage } from '../support/index.js';
import { answeringApp, containerApp, SLEEP, textAt } from './container-apps.js';
import { clusterOf, containersOf, startsOf } from './containers.js';
import { settingsFor, useDocker } from './engines.js';

interface HandMade {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Else it stays as it was created. */
  readonly runs?: boolean;
}

/** The id of a container that no service has made. */
async function makeByHand(docker: Docker, { name, labels, runs = true }: HandMade) {
  const container = await docker.createContainer({
    Image: 'busybox:stable',
    Cmd: ['sh', '-c', SLEEP],
    ...(name === undefined ? {} : { name }),
    ...(labels === undefined ? {} : { Labels: { ...labels } }),
  });
  if (runs) await container.start();
  return container.id;
}

/** What a service would put on the container of a task of /web. */
function labelsOf(cluster: string, taskId: string, epoch: number) {
  return {
    'ekiden.cluster': cluster,
    'ekiden.task': taskId,
    'ekiden.epoch': String(epoch),
    'ekiden.kill-grace-ms': '3000',
    'ekiden.app': '/web',
  };
}

function newTaskId(): string {
  return `web.instance-${randomUUID()}._app.1`;
}

describe('An engine that a service does not have for itself', () => {
  const stage = useStage();
  const { engine, service: theService } = useDocker();

  async function idsAndStates(): Promise<ReadonlyMap<string, string>> {
    const all = await engine().docker.listContainers({ all: true });
    return new Map(all.map(({ Id, State }) => [Id, State]));
  }

  it('keeps the containers of others, whatever the service does', async () => {
    const { docker } = engine();
    const foreign = [
      await makeByHand(docker, { name: 'database' }),
      await makeByHand(docker, { name: 'ekiden-web.instance-1', runs: false }),
      await makeByHand(docker, { labels: labelsOf('another-cluster', newTaskId(), 1) }),
      await makeByHand(docker, { labels: { 'ekiden.app': '/web' } }),
    ];
    const service = theService();
    // Of the cluster, but nothing that a service has made: no task, no epoch.
    const cluster = await clusterOf(service);
    foreign.push(await makeByHand(docker, { labels: { 'ekiden.cluster': cluster } }));
    const before = await idsAndStates();
    await service.api.ask('POST', '/v2/apps', containerApp('/web', 2));
    await service.settled('/web', 2);
    await service.kill();
    await service.start();
    await service.settled('/web', 2);
    await service.api.ask('DELETE', '/v2/apps/web');
    await until(
      async () => (await idsAndStates()).size === foreign.length,
      'the foreign ones alone',
    );
    expect([...(await idsAndStates())].sort()).to.deep.equal([...before].sort());
  });

  it('is shared by two services: own tasks only, and no port clashes', async () => {
    // Few ports, so that both want the same ones.
    const few = { resources: 'ports:[31000-31007]' };
    const settings = settingsFor([engine()], {}, few);
    const [one, two] = await Promise.all([stage.start(settings), stage.start(settings)]);
    const { docker } = engine();
    const app = answeringApp('/web', 3, 'echo "$MESOS_TASK_ID"');
    await Promise.all([one, two].map((service) => service.api.ask('POST', '/v2/apps', app)));
    const shown = await Promise.all([one, two].map((service) => service.settled('/web', 3)));
    const tasks = shown.flatMap((each) => each.tasks);
    expect(new Set(tasks.flatMap(({ ports }) => ports)).size).to.equal(6);
    await Promise.all(
      tasks.map(({ id, ports }) =>
        until(
          async () => (await textAt(engine().address, ports[0] ?? 0)) === id,
          `an answer of ${id}`,
        ),
      ),
    );
    const untouched = await startsOf(docker, two);
    expect(untouched.size).to.equal(3);
    await one.kill();
    await one.start();
    await one.settled('/web', 3);
    await one.api.ask('DELETE', '/v2/apps/web');
    await until(async () => (await containersOf(docker, one)).length === 0, 'no container of one');
    expect([...(await startsOf(docker, two))].sort()).to.deep.equal([...untouched].sort());
    expect((await two.api.app('/web')).tasksRunning).to.equal(3);
  });

  it('may hold leftovers: those of older terms are removed at start, what newer ones run stays', async () => {
    const service = theService();
    const { docker } = engine();
    await service.api.ask('POST', '/v2/apps', containerApp('/web', 1));
    const { tasks } = await service.settled('/web', 1);
    const [own] = await containersOf(docker, service);
    const cluster = own?.labels['ekiden.cluster'] ?? '';
    const epoch = Number(own?.labels['ekiden.epoch']);
    const leftover = async (about: number, runs: boolean): Promise<string> => {
      const taskId = newTaskId();
      const name = `ekiden-${taskId}`;
      return makeByHand(docker, { name, labels: labelsOf(cluster, taskId, about), runs });
    };
    const older = [await leftover(epoch, true), await leftover(epoch, false)];
    // What started after the last event of the database may be newer than it, and is kept.
    await service.api.ask('POST', '/v2/groups', { id: '/later' });
    await service.kill();
    const newer = await leftover(epoch + 1_000, true);
    // Nothing has ever run in it, so nobody can be working with it (ADR 0041).
    older.push(await leftover(epoch + 1_000, false));
    const unread = await makeByHand(docker, {
      labels: { ...labelsOf(cluster, newTaskId(), 0), 'ekiden.epoch': 'soon' },
    });
    await service.start();
    await until(async () => {
      const now = await idsAndStates();
      return older.every((id) => !now.has(id));
    }, 'an engine without leftovers');
    const now = await idsAndStates();
    expect([...now.keys()].sort()).to.deep.equal([own?.id ?? '', unread, newer].sort());
    expect(now.get(newer)).to.equal('running');
    expect((await service.settled('/web', 1)).tasks[0]?.id).to.equal(tasks[0]?.id);
  });
});
