import type Docker from 'dockerode';
import { expect } from 'chai';
import { until, type TestService } from '../support/index.js';
import { containerApp } from './container-apps.js';
import { clusterOf } from './containers.js';
import { useDocker } from './engines.js';

const INSTANCES = 4;
/** `minimumHealthCapacity` of the app. */
const MINIMUM = 3;
const DEADLINE_SECONDS = 6;
const SERVER = [
  'mkdir -p /tmp/www; cd /tmp/www; echo $VERSION > index.html; [ $VERSION = ill ] || echo well > health',
  `trap 'kill $!; exit 0' TERM`,
  'httpd -f -p 8080 -h /tmp/www & wait $!',
].join('; ');

function web(version: string, onFailure: 'rollback' | 'pause'): object {
  return containerApp('/web', INSTANCES, {
    cmd: SERVER,
    env: { VERSION: version },
    backoffSeconds: 0,
    container: { portMappings: [{ containerPort: 8080, hostPort: 0 }] },
    healthChecks: [
      {
        protocol: 'HTTP',
        path: '/health',
        portIndex: 0,
        gracePeriodSeconds: 2,
        intervalSeconds: 1,
        timeoutSeconds: 1,
        maxConsecutiveFailures: 1,
      },
    ],
    upgradeStrategy: { minimumHealthCapacity: MINIMUM / INSTANCES, maximumOverCapacity: 0.25 },
    rollout: { strategy: 'rolling', onFailure, progressDeadlineSeconds: DEADLINE_SECONDS },
  });
}

/** Containers as their engine tells of them, from now on. */
class EngineWatch {
  /** Of the tasks that were there at the beginning, how many ran after each of them ended. */
  readonly left: number[] = [];
  private readonly good: Set<string>;
  private readonly end: () => void;

  private constructor(stream: NodeJS.ReadableStream, tasks: readonly string[]) {
    this.good = new Set(tasks);
    let rest = '';
    stream.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.hear(JSON.parse(line) as EngineEvent);
    });
    this.end = () => {
      (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
    };
  }

  static async of(
    docker: Docker,
    service: TestService,
    tasks: readonly string[],
  ): Promise<EngineWatch> {
    const label = [`ekiden.cluster=${await clusterOf(service)}`];
    const stream = await docker.getEvents({ filters: { label, event: ['die'] } });
    return new EngineWatch(stream, tasks);
  }

  stop(): void {
    this.end();
  }

  private hear({ Actor: { Attributes } }: EngineEvent): void {
    if (this.good.delete(Attributes['ekiden.task'] ?? '')) this.left.push(this.good.size);
  }
}

interface EngineEvent {
  readonly Actor: { readonly Attributes: Readonly<Record<string, string>> };
}

interface Details {
  readonly state: string;
  readonly reason?: string;
}

describe('A version that never becomes healthy, in containers', () => {
  const { engine, service: theService } = useDocker();

  async function deploy(onFailure: 'rollback' | 'pause'): Promise<{
    readonly watch: EngineWatch;
    readonly details: () => Promise<Details>;
  }> {
    const service = theService();
    await service.api.ask('PUT', '/v2/apps/web', web('well', onFailure));
    const { tasks } = await service.allWell('/web', INSTANCES, 30_000);
    const ids = tasks.map(({ id }) => id);
    const watch = await EngineWatch.of(engine().docker, service, ids);
    const { body } = await service.api.ask('PUT', '/v2/apps/web', web('ill', onFailure));
    const { deploymentId } = body as { readonly deploymentId: string };
    const details = async (): Promise<Details> =>
      (await service.api.ask('GET', `/v2/deployments/${deploymentId}`)).body as Details;
    return { watch, details };
  }

  it('is taken back without an operator, and the engine ended no healthy one below the minimum', async () => {
    const service = theService();
    const { watch, details } = await deploy('rollback');
    await until(async () => (await details()).state === 'failed', 'the end of it', 50_000);
    expect((await details()).reason).to.match(/^taken back: nothing has moved for 6 s/);
    const app = await service.allWell('/web', INSTANCES, 30_000);
    expect(app.env).to.deep.equal({ VERSION: 'well' });
    watch.stop();
    console.log(`      healthy ones after each that ended: ${watch.left.join(', ')}`);
    expect(watch.left).to.have.lengthOf.at.least(1);
    for (const left of watch.left) expect(left).to.be.at.least(MINIMUM);
  });

  it('says why and waits under pause, and nobody healthy is ended below the minimum meanwhile', async () => {
    const service = theService();
    const { watch, details } = await deploy('pause');
    await until(async () => (await details()).state === 'paused', 'a pause', 50_000);
    expect((await details()).reason).to.match(/^nothing has moved for 6 s: \/web: /);
    const before = watch.left.length;
    // It waits: the new version fails once more, and of the old one nothing is touched.
    const { lastTaskFailure } = await service.api.app('/web');
    await until(
      async () => {
        const { taskId } = (await service.api.app('/web')).lastTaskFailure ?? {};
        return taskId !== undefined && taskId !== lastTaskFailure?.taskId;
      },
      'another failure',
      40_000,
    );
    expect((await details()).state).to.equal('paused');
    expect((await service.api.app('/web')).env).to.deep.equal({ VERSION: 'ill' });
    watch.stop();
    console.log(`      healthy ones after each that ended: ${watch.left.join(', ')}`);
    expect(watch.left.length).to.equal(before);
    expect(watch.left).to.have.lengthOf.at.least(1);
    for (const left of watch.left) expect(left).to.be.at.least(MINIMUM);
  });
});
