import type { TaskId } from '@ekiden/kernel';
import {
  PREVIEW_NAME,
  askedPreview,
  type Backend,
  type Listen,
} from '../src/core/traffic/index.js';
import { deploymentGroupContract } from './deployment-group-contract.js';
import { FakeRouter, listenKey } from './fake-router.js';
import {
  routerContract,
  trafficContract,
  type Held,
  type HttpAnswer,
  type RouterStage,
} from './router-contract.js';

const LOOPBACK = '127.0.0.1';

/** Connections are questions to the table: the next backend by turns, dead ones passed over. */
class FakeStage implements RouterStage {
  readonly router = new FakeRouter();
  private readonly dead = new Set<string>();
  private port = 10_000;
  private asked = 0;

  freeListen(): Promise<Listen> {
    return Promise.resolve({ port: this.nextPort(), address: LOOPBACK });
  }

  backend(name: string): Promise<Backend> {
    const port = this.nextPort();
    return Promise.resolve({ host: LOOPBACK, port, weight: 1, taskId: name as TaskId });
  }

  httpBackend(name: string): Promise<Backend> {
    return this.backend(name);
  }

  deadBackend(name: string): Promise<Backend> {
    this.dead.add(name);
    return this.backend(name);
  }

  occupy(listen: Listen): Promise<void> {
    this.router.occupied.add(listenKey(listen));
    return Promise.resolve();
  }

  ask(listen: Listen): Promise<string | undefined> {
    const route = this.router.routeAt(listen);
    return Promise.resolve(route === undefined ? undefined : this.next(route.backends));
  }

  hold(listen: Listen): Promise<Held> {
    return this.held(this.next(this.router.routeAt(listen)?.backends ?? []));
  }

  request(listen: Listen, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
    const { backends = [], previews = [] } = this.router.routeAt(listen) ?? {};
    const asked = askedPreview(headers[PREVIEW_NAME], headers['Cookie']);
    const preview = previews.find(({ deployment }) => deployment === asked);
    const backend = this.next(preview?.backends ?? backends);
    return Promise.resolve({ status: backend === '' ? 503 : 200, backend });
  }

  async holdRequest(listen: Listen): Promise<Held> {
    return this.held((await this.request(listen)).backend);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private next(backends: readonly Backend[]): string {
    const alive = backends.filter(({ taskId }) => !this.dead.has(taskId));
    const unit = alive.reduce((sum, { weight }) => divisor(sum, weight), 0);
    const turns = alive.flatMap(({ taskId, weight }) =>
      Array.from({ length: weight === 0 ? 0 : weight / unit }, () => taskId as string),
    );
    this.asked += 1;
    return turns[this.asked % turns.length] ?? '';
  }

  private held(backend: string): Promise<Held> {
    const { draining } = this.router;
    const add = (by: number): void => {
      draining.set(backend as TaskId, (draining.get(backend as TaskId) ?? 0) + by);
    };
    add(1);
    const end = (): Promise<void> => {
      add(-1);
      return Promise.resolve();
    };
    return Promise.resolve({ backend, end });
  }

  private nextPort(): number {
    this.port += 1;
    return this.port;
  }
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

describe('the fake router', () => {
  routerContract(() => Promise.resolve(new FakeStage()));
  trafficContract(() => Promise.resolve(new FakeStage()));
  deploymentGroupContract(() => Promise.resolve(new FakeStage()));
});
