import type Docker from 'dockerode';
import type { EkidenContainers } from '../start/index.js';
import { commandOf, type UpdatePlan } from './update-plan.js';
import { allAre, allGone } from './versions-of.js';

const ID = '/bench';

/** One app of the service, updated by its `upgradeStrategy`. */
export class EkidenApp {
  private readonly service: EkidenContainers;
  private readonly docker: Docker;
  private readonly image: string;

  constructor(service: EkidenContainers, docker: Docker, image: string) {
    this.service = service;
    this.docker = docker;
    this.image = image;
  }

  /** Seconds of one update from version 1 to version 2, and the service's CPU during it. */
  async update(
    plan: UpdatePlan,
  ): Promise<{ readonly seconds: number; readonly cpuSeconds: number }> {
    const { docker, service } = this;
    try {
      await this.put(plan, 1);
      await allAre(docker, 1, plan.instances);
      await service.quiet();
      const before = service.cpuSeconds();
      const begun = performance.now();
      await this.put(plan, 2);
      await allAre(docker, 2, plan.instances);
      const seconds = (performance.now() - begun) / 1_000;
      return { seconds, cpuSeconds: service.cpuSeconds() - before };
    } finally {
      await service.removeAll();
      await allGone(docker);
    }
  }

  private put(plan: UpdatePlan, version: number): Promise<void> {
    return this.service.send('PUT', `/v2/apps${ID}`, {
      cmd: commandOf(version),
      instances: plan.instances,
      cpus: 0.01,
      mem: 16,
      networks: [{ mode: 'container/bridge' }],
      taskKillGracePeriodSeconds: 0,
      upgradeStrategy: strategyOf(plan),
      container: { type: 'DOCKER', docker: { image: this.image }, portMappings: [] },
    });
  }
}

/** The same window in Marathon's terms: that many beyond, or that many missing. */
function strategyOf({ instances, window, order }: UpdatePlan): object {
  const share = window / instances;
  return order === 'start-first'
    ? { minimumHealthCapacity: 1, maximumOverCapacity: share }
    : { minimumHealthCapacity: 1 - share, maximumOverCapacity: 0 };
}
