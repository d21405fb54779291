import { expect } from 'chai';
import { until, type TestService } from '../support/index.js';
import { SLEEP, textAt } from './container-apps.js';
import { containersOf, startsOf } from './containers.js';
import { useDocker } from './engines.js';

interface Status {
  readonly status: string;
  readonly instances: readonly {
    readonly id: string;
    readonly status: string;
    readonly containers: readonly {
      readonly name: string;
      readonly containerId: string;
      readonly endpoints: readonly { readonly allocatedHostPort?: number }[];
    }[];
  }[];
  readonly terminationHistory: readonly { readonly message: string }[];
}

const IMAGE = { kind: 'DOCKER', id: 'busybox:stable' };
const RESOURCES = { cpus: 0.05, mem: 32 };

/** A server of what the other container writes, which asks it by localhost. */
function pod(edition: string): object {
  const serve = "trap 'kill $!; exit 0' TERM; httpd -f -p $EP_CONTAINER_HTTP -h /data & wait $!";
  const ask = 'until wget -qO - localhost:8000/index.html; do sleep 0.1; done';
  const write = `echo ${edition} > /words/index.html; ${ask}; ${SLEEP}`;
  return {
    id: '/pair',
    containers: [
      {
        name: 'server',
        image: IMAGE,
        exec: { command: { shell: serve } },
        resources: RESOURCES,
        endpoints: [{ name: 'http', containerPort: 8000, hostPort: 0, protocol: ['tcp'] }],
        volumeMounts: [{ name: 'data', mountPath: '/data', readOnly: true }],
        healthCheck: { exec: { command: { argv: ['test', '-s', '/data/index.html'] } } },
      },
      {
        name: 'writer',
        image: IMAGE,
        exec: { command: { shell: write } },
        resources: RESOURCES,
        volumeMounts: [{ name: 'data', mountPath: '/words' }],
      },
    ],
    volumes: [{ name: 'data' }],
    networks: [{ mode: 'container/bridge' }],
    scaling: { kind: 'fixed', instances: 1 },
  };
}

describe('Pods of containers', function suite() {
  this.timeout(20_000);
  const { engine, service: theService } = useDocker();

  async function statusOf({ api }: TestService): Promise<Status> {
    return (await api.ask('GET', '/v2/pods/pair::status')).body as Status;
  }

  async function stable(service: TestService): Promise<Status> {
    return until(async () => {
      const status = await statusOf(service);
      const done = (await service.api.deployments()).length === 0;
      return done && status.status === 'STABLE' && status.instances.length === 1 && status;
    }, 'a stable pod');
  }

  function portOf({ instances }: Status): number {
    return instances[0]?.containers[0]?.endpoints[0]?.allocatedHostPort ?? 0;
  }

  async function says(status: Status, word: string): Promise<void> {
    await until(async () => {
      const text = await textAt(engine().address, portOf(status));
      return text?.includes(word) === true;
    }, `an answer with ${word}`);
  }

  it('POD-01, POD-03, POD-04: share network and volume, and are restarted and replaced whole', async () => {
    const service = theService();
    const { api } = service;
    await api.ask('POST', '/v2/pods', pod('first'));
    const first = await stable(service);
    await says(first, 'first');
    const writer = first.instances[0]?.containers[1]?.containerId ?? '';
    const logs = await api.send('GET', `/v2/tasks/${writer}/logs`);
    expect(logs.text).to.include('first');

    const before = await startsOf(engine().docker, service);
    expect(before.size).to.equal(2);
    await service.kill();
    await service.start();
    await stable(service);
    expect(await startsOf(engine().docker, service)).to.deep.equal(before);

    const shown = await containersOf(engine().docker, service);
    const victim = shown.find(({ taskId }) => taskId === writer)?.id ?? '';
    await engine().docker.getContainer(victim).kill();
    const again = await until(async () => {
      const status = await statusOf(service);
      const id = status.instances[0]?.containers[1]?.containerId;
      return status.status === 'STABLE' && id?.endsWith('.writer.2') === true && status;
    }, 'the instance again');
    expect(again.instances[0]?.id).to.equal(first.instances[0]?.id);
    expect(again.terminationHistory[0]?.message).to.match(/^Container writer: .*137|SIGKILL/);

    await api.ask('PUT', '/v2/pods/pair', pod('second'));
    const second = await stable(service);
    expect(second.instances[0]?.id).to.not.equal(first.instances[0]?.id);
    await says(second, 'second');

    await api.ask('DELETE', '/v2/pods/pair');
    await until(
      async () => (await containersOf(engine().docker, service)).length === 0,
      'an empty engine',
    );
    const volumes = (await engine().docker.listVolumes()).Volumes;
    expect(volumes.map(({ Name }) => Name)).to.deep.equal([]);
  });
});
