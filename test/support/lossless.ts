import { testRun } from '@ekiden/testkit';
import { AllKinds } from './all-kinds.js';
import type { AppBody } from './apps.js';
import type { TestService } from './test-service.js';
import { until } from './until.js';
import type { AppJson, TaskJson } from './wire.js';

const LONG = testRun.long;

/** How long a long answer takes. */
export const LONG_MS = LONG ? 5_000 : 1_500;
/** How long the service is away. */
const AWAY_MS = LONG ? 60_000 : 2_000;
/** How long a canary stays at a step. */
const STEP_SECONDS = LONG ? 6 : 1;
const INSTANCES = 4;
const LIMIT_MS = LONG ? 300_000 : 60_000;

/** Apps of one kind that are served by some router, with a service that runs them. */
export interface LosslessScene {
  readonly start: () => Promise<TestService>;
  /** `/web`: says its version; is ill once it was asked for `illPath`; ends at once when told to. */
  readonly web: (servicePort: number, version: string, instances: number) => AppBody;
  readonly servicePortOf: (app: AppJson) => number;
  /** Where an instance answers itself. */
  readonly addressOf: (task: TaskJson) => string;
  /** Takes `LONG_MS`. */
  readonly longPath: string;
  readonly illPath: string;
  /** How many instances there are, however they are shown. */
  readonly living: (service: TestService) => Promise<number>;
}

/** `/web` under a load of all kinds. */
class Stage {
  readonly service: TestService;
  private readonly scene: LosslessScene;
  private readonly servicePort: number;

  private constructor(scene: LosslessScene, service: TestService, servicePort: number) {
    this.scene = scene;
    this.service = service;
    this.servicePort = servicePort;
  }

  static async of(scene: LosslessScene): Promise<Stage> {
    const service = await scene.start();
    await service.api.ask('PUT', '/v2/apps/web', scene.web(0, 'v1', INSTANCES));
    const stage = new Stage(scene, service, scene.servicePortOf(await well(service, INSTANCES)));
    await stage.says('v1');
    return stage;
  }

  async load(): Promise<AllKinds> {
    const { addressOf, longPath } = this.scene;
    const [first] = (await this.service.api.app('/web')).tasks;
    if (first === undefined) throw new Error('/web has no task');
    return AllKinds.of({ url: this.url, long: longPath, direct: addressOf(first) });
  }

  /** Resolves when all is as it was told; with the deployment. */
  async deploy(version: string, more: object = {}): Promise<string> {
    const app = { ...this.scene.web(this.servicePort, version, INSTANCES), ...more };
    const { body } = await this.service.api.ask('PUT', '/v2/apps/web', app);
    await well(this.service, INSTANCES);
    await this.says(version);
    return (body as { readonly deploymentId: string }).deploymentId;
  }

  async says(version: string): Promise<void> {
    const ask = async (): Promise<string> => (await (await fetch(this.url)).text()).trim();
    await until(async () => (await ask()) === version, `version ${version}`, 40_000);
  }

  async scaleTo(instances: number): Promise<void> {
    await this.service.api.ask('PUT', '/v2/apps/web', { instances });
    await well(this.service, instances);
    const { living } = this.scene;
    const isOver = async (): Promise<boolean> => (await living(this.service)) === instances;
    await until(isOver, 'the end of those that were too many', 40_000);
  }

  /** Resolves when another is well in its place. */
  async fallIll(): Promise<void> {
    const { addressOf, illPath } = this.scene;
    const [sick] = (await this.service.api.app('/web')).tasks;
    if (sick === undefined) throw new Error('/web has no task');
    await fetch(`${addressOf(sick)}${illPath}`);
    await until(
      async () => {
        const { tasks, tasksHealthy } = await this.service.api.app('/web');
        return !tasks.some(({ id }) => id === sick.id) && tasksHealthy === INSTANCES;
      },
      'another in its place',
      40_000,
    );
  }

  /** The service ends, and comes back after a while. */
  async goAway(): Promise<void> {
    await this.service.stop();
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
    await this.service.start();
    await well(this.service, INSTANCES);
  }

  private get url(): string {
    return `http://127.0.0.1:${this.servicePort}`;
  }
}

function well(service: TestService, instances: number): Promise<AppJson> {
  return service.allWell('/web', instances, 60_000);
}

/** The tests, inside a `describe`. `parts`: which of them; all where full counts are wanted. */
export function losesNothing(
  scene: LosslessScene,
  parts: readonly ('update' | 'switch' | 'away')[],
): void {
  const isWanted = (part: (typeof parts)[number]): boolean => LONG || parts.includes(part);

  if (isWanted('update')) {
    it('UPG-01: while every instance is replaced, and while some are taken away', async () => {
      const stage = await Stage.of(scene);
      const load = await stage.load();
      await stage.deploy('v2');
      await stage.scaleTo(1);
      await load.lostNothing('update and scale-down');
    }).timeout(LIMIT_MS);
  }

  if (isWanted('switch')) {
    it('BG-02: while a version is switched to all at once, undone, and let in step by step', async () => {
      const stage = await Stage.of(scene);
      const load = await stage.load();
      const blueGreen = { promotion: 'automatic', holdSeconds: 60 };
      const switched = await stage.deploy('v2', {
        rollout: { strategy: 'blueGreen', blueGreen },
      });
      await stage.service.api.ask('POST', `/v2/deployments/${switched}/undo`);
      await stage.says('v1');
      await well(stage.service, INSTANCES);
      const steps = [25, 50].map((weight) => ({ weight, pauseSeconds: STEP_SECONDS }));
      await stage.deploy('v3', {
        rollout: { strategy: 'canary', canary: { steps }, blueGreen: { holdSeconds: 0 } },
      });
      await load.goOn(8);
      await load.lostNothing('switch, undo and canary');
    }).timeout(LIMIT_MS);
  }

  if (isWanted('away')) {
    it('while an instance is killed because it is ill, and while the service is away', async () => {
      const stage = await Stage.of(scene);
      const load = await stage.load();
      await stage.fallIll();
      await stage.goAway();
      await load.lostNothing('kill by health and restart of the service');
    }).timeout(LIMIT_MS);
  }
}
