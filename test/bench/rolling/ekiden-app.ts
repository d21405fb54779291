import type Docker from 'dockerode';
import type { EkidenContainers } from '../start/index.js';
import { freePort } from '../../../apps/ekiden/testing/free-ports.js';
import { SteadyLoad, type LoadOutcome } from './steady-load.js';
import { commandOf, type UpdatePlan } from './update-plan.js';
import { allAre, allGone } from './versions-of.js';

const ID = '/bench';

interface ServerUpdate extends LoadOutcome {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

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

  /** The same of a web server under load through its service port. */
  async updateServer(plan: UpdatePlan): Promise<ServerUpdate> {
    const { docker, service } = this;
    const port = await freePort();
    try {
      await this.putServer(plan, port, 1);
      await allAre(docker, 1, plan.instances);
      await service.quiet();
      const load = new SteadyLoad(`http://127.0.0.1:${port}/`);
      await load.answered();
      const before = service.cpuSeconds();
      const begun = performance.now();
      await this.putServer(plan, port, 2);
      await allAre(docker, 2, plan.instances);
      const seconds = (performance.now() - begun) / 1_000;
      const cpuSeconds = service.cpuSeconds() - before;
      return { seconds, cpuSeconds, ...(await load.end()) };
    } finally {
      await service.removeAll();
      await allGone(docker);
    }
  }

  private put(plan: UpdatePlan, version: number): Promise<void> {
    return this.service.send('PUT', `/v2/apps${ID}`, {
      cmd: commandOf(version),
      ...this.commonOf(plan, []),
      taskKillGracePeriodSeconds: 0,
    });
  }

  /** A web server behind a service port, with checks of both kinds every second. */
  private putServer(plan: UpdatePlan, port: number, version: number): Promise<void> {
    const mapping = { containerPort: 8080, hostPort: 0, servicePort: port, name: 'http' };
    const asked = { protocol: 'HTTP', path: '/', timeoutSeconds: 1 };
    const check = { ...asked, portIndex: 0, intervalSeconds: 1 };
    // The least that is longer than its time limit.
    const ready = { ...asked, name: 'ready', portName: 'http', intervalSeconds: 2 };
    return this.service.send('PUT', `/v2/apps${ID}`, {
      cmd: `: ${commandOf(version)}; mkdir /www; echo ${version} > /www/index.html; exec httpd -f -p 8080 -h /www`,
      ...this.commonOf(plan, [mapping]),
      healthChecks: [{ ...check, gracePeriodSeconds: 60, delaySeconds: 0 }],
      readinessChecks: [ready],
      taskKillGracePeriodSeconds: 0,
    });
  }

  private commonOf(plan: UpdatePlan, portMappings: readonly object[]): object {
    return {
      instances: plan.instances,
      cpus: 0.01,
      mem: 16,
      networks: [{ mode: 'container/bridge' }],
      upgradeStrategy: strategyOf(plan),
      container: { type: 'DOCKER', docker: { image: this.image }, portMappings },
    };
  }
}

/** The same window in Marathon's terms: that many beyond, or that many missing. */
function strategyOf({ instances, window, order }: UpdatePlan): object {
  const share = window / instances;
  return order === 'start-first'
    ? { minimumHealthCapacity: 1, maximumOverCapacity: share }
    : { minimumHealthCapacity: 1 - share, maximumOverCapacity: 0 };
}
