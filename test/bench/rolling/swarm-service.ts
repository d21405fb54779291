import type Docker from 'dockerode';
import type { TestEngine } from '@ekiden/host-docker/testing';
import { commandOf, type UpdatePlan } from './update-plan.js';
import { allAre, allGone } from './versions-of.js';

const NAME = 'bench';

/** The engine in swarm mode, with itself as the only manager and worker, and one service. */
export class SwarmService {
  private readonly docker: Docker;
  private readonly image: string;

  private constructor(docker: Docker, image: string) {
    this.docker = docker;
    this.image = image;
  }

  /** @param tag an image of the engine; given to Swarm by its id, so that it pulls nothing */
  static async begin({ docker, address }: TestEngine, tag: string): Promise<SwarmService> {
    await docker.swarmInit({
      ListenAddr: `${address}:2377`,
      AdvertiseAddr: address,
      ForceNewCluster: false,
      Spec: {},
    });
    const { Id: image } = await docker.getImage(tag).inspect();
    return new SwarmService(docker, image);
  }

  /** Seconds of one update from version 1 to version 2. */
  async update(plan: UpdatePlan): Promise<number> {
    const { docker } = this;
    try {
      const service = (await docker.createService(this.specOf(plan, 1))) as {
        readonly id?: string;
      };
      await allAre(docker, 1, plan.instances);
      const handle = docker.getService(service.id ?? NAME);
      const { Version: version } = (await handle.inspect()) as {
        readonly Version: { readonly Index: number };
      };
      const begun = performance.now();
      await handle.update({ ...this.specOf(plan, 2), version: version.Index });
      await allAre(docker, 2, plan.instances);
      return (performance.now() - begun) / 1_000;
    } finally {
      await docker.getService(NAME).remove();
      await allGone(docker);
    }
  }

  /** No network of Swarm's: the default bridge, as for the others. */
  private specOf(
    { instances, window, order }: UpdatePlan,
    version: number,
  ): Docker.CreateServiceOptions {
    return {
      Name: NAME,
      TaskTemplate: {
        ContainerSpec: {
          Image: this.image,
          Command: ['/bin/sh', '-c', commandOf(version)],
          StopSignal: 'SIGKILL',
        },
        RestartPolicy: { Condition: 'any' },
        Networks: [{ Target: 'bridge' }],
      },
      Mode: { Replicated: { Replicas: instances } },
      UpdateConfig: { Parallelism: window, Delay: 0, Order: order, FailureAction: 'continue' },
    };
  }
}
