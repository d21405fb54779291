import { readFileSync } from 'node:fs';
import { freePorts, until, type TestService } from '../support/index.js';
import { textAt } from './container-apps.js';

const GROUP = new URL('../../examples/shop/containers.json', import.meta.url);
const ID = '/container-shop';

interface Mapping {
  readonly containerPort: number;
  readonly servicePort: number;
}

interface ShopApp {
  readonly id: string;
  readonly instances?: number;
  readonly container: { readonly portMappings: readonly Mapping[] };
}

/** The container shop of the examples, on service ports that are free on this machine. */
export class ContainerShop {
  readonly id = ID;
  /** Instances of all its apps together. */
  readonly size: number;
  private readonly service: TestService;
  private readonly group: { readonly apps: readonly ShopApp[] };

  private constructor(service: TestService, group: { readonly apps: readonly ShopApp[] }) {
    this.service = service;
    this.group = group;
    this.size = group.apps.reduce((sum, { instances = 1 }) => sum + instances, 0);
  }

  static async of(service: TestService): Promise<ContainerShop> {
    const group = JSON.parse(readFileSync(GROUP, 'utf8')) as { apps: readonly ShopApp[] };
    const ports = await freePorts(group.apps.length);
    const apps = group.apps.map((app, at) => {
      const portMappings = app.container.portMappings.map((mapping) => {
        return { ...mapping, servicePort: ports[at] ?? 0 };
      });
      return { ...app, container: { ...app.container, portMappings } };
    });
    return new ContainerShop(service, { ...group, apps });
  }

  /** Resolves when every app has all its instances and there is a page. */
  async bringUp(): Promise<void> {
    await this.service.api.ask('POST', '/v2/groups', this.group);
    await this.settled();
    await until(() => this.hasPage(), 'a page');
  }

  /** Resolves when every app has all its instances. */
  async settled(): Promise<void> {
    for (const { id, instances = 1 } of this.group.apps) {
      await this.service.settled(`${ID}/${id}`, instances);
    }
  }

  /** Why a task of each app failed last. */
  failures(): Promise<readonly (string | undefined)[]> {
    return Promise.all(
      this.group.apps.map(async ({ id }) => {
        const { lastTaskFailure } = await this.service.api.app(`${ID}/${id}`);
        return lastTaskFailure?.message;
      }),
    );
  }

  /** Whether the web answers, with what store and api have told it. */
  async hasPage(): Promise<boolean> {
    return (await this.ask('web'))?.includes('<td>tea</td>') === true;
  }

  /** What an app answers on its service port, or `undefined`. */
  ask(app: string): Promise<string | undefined> {
    return textAt('127.0.0.1', this.portOf(app));
  }

  /** Brings so many of an article into the shop, through the api. */
  async bring(article: string, count: number): Promise<void> {
    const url = `http://127.0.0.1:${this.portOf('api')}/`;
    const response = await fetch(url, { method: 'POST', body: `${article}=${count}` });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  }

  private portOf(name: string): number {
    const app = this.group.apps.find(({ id }) => id === name);
    const [mapping] = app?.container.portMappings ?? [];
    if (mapping === undefined) throw new Error(`the shop has no ${name}`);
    return mapping.servicePort;
  }
}
