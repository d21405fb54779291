import { readFileSync } from 'node:fs';
import { freePorts, until, type TestService } from '../support/index.js';

const folder = new URL('../../examples/shop/', import.meta.url);
export const PATIENCE_MS = 60_000;

interface ShopApp {
  readonly id: string;
  readonly [field: string]: unknown;
}

interface Shop {
  readonly id: string;
  readonly apps: readonly ShopApp[];
  readonly rollout?: object;
}

interface Task {
  readonly id: string;
  readonly appId: string;
  readonly version: string;
}

interface AnyTask extends Task {
  readonly generation: string;
}

/** An example on other ports, with checks that are quicker. */
function shopOf(file: string, ports: readonly number[]): Shop {
  const shop = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Shop;
  const check = { protocol: 'HTTP', path: '/health', intervalSeconds: 1, delaySeconds: 0 };
  const apps = shop.apps.map((app, at) => ({
    ...app,
    portDefinitions: [{ name: 'http', port: ports[at] ?? 0 }],
    healthChecks: [{ ...check, gracePeriodSeconds: 30, timeoutSeconds: 1 }],
  }));
  return { ...shop, apps };
}

/** Asks for pages, one after the other, until it is told to end. */
export class Reader {
  /** Which versions of web and api made a page: `1 1`. */
  private readonly seen: string[] = [];
  readonly problems: string[] = [];
  private over = false;
  private readonly done: Promise<void>;

  constructor(port: number) {
    this.done = this.run(port);
  }

  /** What was seen, each time it was another: `1 1`, `2 2`. */
  get series(): readonly string[] {
    return this.seen.filter((page, at) => page !== this.seen[at - 1]);
  }

  /** Until so many pages more were read, or there was a problem. */
  async more(pages: number): Promise<void> {
    const enough = this.seen.length + pages;
    await until(() => this.seen.length >= enough || this.problems.length > 0, 'more pages');
  }

  async end(): Promise<void> {
    this.over = true;
    await this.done;
  }

  private async run(port: number): Promise<void> {
    while (!this.over) {
      try {
        const answer = await fetch(`http://127.0.0.1:${port}/`);
        const page = await answer.text();
        if (!answer.ok) throw new Error(`${answer.status} ${page}`);
        this.seen.push([...page.matchAll(/of version (\S+)/g)].map(([, one]) => one).join(' '));
      } catch (error) {
        this.problems.push(String(error));
      }
    }
  }
}

export async function ended(service: TestService, id: string): Promise<void> {
  await until(
    async () => {
      const { body } = await service.api.ask('GET', `/v2/deployments/${id}`);
      const { finishedAt, state } = body as {
        readonly finishedAt?: string;
        readonly state: string;
      };
      if (state === 'failed' || state === 'cancelled') throw new Error(JSON.stringify(body));
      if (finishedAt !== undefined) return true;
      throw new Error(JSON.stringify(body));
    },
    'the end of the deployment',
    PATIENCE_MS,
  );
}

export async function tasksOf(service: TestService): Promise<readonly Task[]> {
  const { body } = await service.api.ask('GET', '/v2/tasks');
  return (body as { readonly tasks: readonly Task[] }).tasks;
}

/** Of whatever generation. */
export async function everyTaskOf(service: TestService): Promise<readonly AnyTask[]> {
  const { body } = await service.api.ask('GET', '/v2/tasks?generation=all');
  return (body as { readonly tasks: readonly AnyTask[] }).tasks;
}

export function idsOf(tasks: readonly Task[], app: string): readonly string[] {
  return tasks
    .filter(({ appId }) => appId === `/shop/${app}`)
    .map(({ id }) => id)
    .sort();
}

/**
 * Looks at `/v2/tasks` every 50 ms: of web and api one version each, never none, never both, and of
 * both at a time the one that was there at first or another. The store is the same task every time.
 * Nor is there a worker that was not there at first while the first web is live: it would take jobs.
 */
export class Poller {
  readonly mixed: string[] = [];
  readonly early = new Set<string>();
  /** How often it has looked. */
  looks = 0;
  private promoted = false;
  private over = false;
  private readonly done: Promise<void>;

  constructor(service: TestService) {
    this.done = this.run(service);
  }

  async end(): Promise<void> {
    this.over = true;
    await this.done;
  }

  private async run(service: TestService): Promise<void> {
    const first = await tasksOf(service);
    while (!this.over) {
      this.lookForWorkers(await everyTaskOf(service), first);
      const tasks = await tasksOf(service);
      for (const app of ['web', 'api']) {
        const own = tasks.filter(({ appId }) => appId === `/shop/${app}`);
        const versions = new Set(own.map(({ version }) => version));
        if (versions.size !== 1 || own.length !== 2) {
          this.mixed.push(`${app}: ${own.length} tasks of ${versions.size} versions`);
        }
      }
      this.lookForGenerations(tasks, first);
      this.looks += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private lookForGenerations(tasks: readonly Task[], first: readonly Task[]): void {
    const isFirst = (app: string): boolean =>
      String(idsOf(tasks, app)) === String(idsOf(first, app));
    if (isFirst('web') !== isFirst('api')) this.mixed.push('web and api of different generations');
    if (!isFirst('store')) this.mixed.push(`store: ${String(idsOf(tasks, 'store'))}`);
  }

  private lookForWorkers(tasks: readonly AnyTask[], first: readonly Task[]): void {
    const live = tasks.filter(({ generation }) => generation === 'live');
    const webs = idsOf(first, 'web');
    this.promoted ||= !idsOf(live, 'web').some((id) => webs.includes(id));
    const workers = idsOf(first, 'worker');
    const others = idsOf(tasks, 'worker').filter((id) => !workers.includes(id));
    if (!this.promoted) for (const id of others) this.early.add(id);
  }
}

/** The shop as it is first, with a rollout from its first version on. */
export class ShopStage {
  readonly service: TestService;
  readonly web: number;
  readonly before: readonly Task[];
  private readonly next: object;

  private constructor(service: TestService, next: object, web: number, before: readonly Task[]) {
    this.service = service;
    this.next = next;
    this.web = web;
    this.before = before;
  }

  /** `blueGreen`: how the second version is rolled out; without it the group has no rollout. */
  static async of(service: TestService, blueGreen?: object): Promise<ShopStage> {
    const ports = await freePorts(4);
    const next = shopOf('blue-green.json', ports);
    const rollout = { ...next.rollout, blueGreen, drainSeconds: 2 };
    // From the first version on: what was started without a rollout goes by the service ports.
    const { hooks: _none, ...plain } = rollout as { readonly hooks?: unknown };
    await service.api.ask('PUT', '/v2/groups', {
      ...shopOf('group.json', ports),
      ...(blueGreen === undefined ? {} : { rollout: plain }),
    });
    for (const app of ['store', 'api', 'web', 'worker']) {
      const instances = app === 'api' || app === 'web' ? 2 : 1;
      await service.settled(`/shop/${app}`, instances, 30_000);
    }
    return new ShopStage(service, { ...next, rollout }, ports[2] ?? 0, await tasksOf(service));
  }

  /** Begins the second version; returns the deployment. */
  async deploy(): Promise<string> {
    const { body } = await this.service.api.ask('PUT', '/v2/groups', this.next);
    return (body as { readonly deploymentId: string }).deploymentId;
  }
}
