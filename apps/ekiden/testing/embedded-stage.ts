import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, err } from '@ekiden/kernel';
import { SystemClock } from '../src/adapters/machine/index.js';
import { EmbeddedRouter, type RouterLimits } from '../src/adapters/routing/embedded/index.js';
import type { Listen } from '../src/core/traffic/index.js';
import type { Router } from '../src/ports/index.js';
import { SocketStage } from './socket-stage.js';

export interface EmbeddedStageOptions {
  readonly limits?: Partial<RouterLimits>;
  /** Where requests find their app by name. */
  readonly vhosts?: Listen;
}

/**
 * One router process for many tests, each of which sees a new one: its terms begin after those of
 * the test before.
 */
export class SharedEmbedded {
  private stage: EmbeddedStage | undefined;
  private terms = 0;

  async open(options: EmbeddedStageOptions = {}): Promise<void> {
    this.stage = await EmbeddedStage.make(options);
  }

  /** What the test before left is gone; its connections are cut. */
  async fresh(): Promise<SocketStage> {
    assert(this.stage !== undefined, 'opened before it is used');
    const { router } = this.stage;
    await router.apply({ epoch: this.terms + 9, generation: 0, routes: [] });
    this.terms += 10;
    return new SocketStage(laterBy(this.terms, router));
  }

  async close(): Promise<void> {
    await this.stage?.close();
  }
}

/** Resolves when backends could not be reached, or answered badly; with how often. */
export async function missed(router: Router): Promise<number> {
  for (;;) {
    const traffic = await router.traffic?.();
    const all = traffic?.ok === true ? traffic.value : [];
    const errors = all.reduce((sum, each) => sum + each.errors, 0);
    if (errors > 0) return errors;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function laterBy(terms: number, router: EmbeddedRouter): Router {
  return {
    traffic: () => router.traffic(),
    apply: async (table) => {
      const outcome = await router.apply({ ...table, epoch: table.epoch + terms });
      if (outcome.ok || outcome.error.kind !== 'outdated') return outcome;
      const { error } = outcome;
      return err({ ...error, epoch: error.epoch - terms });
    },
  };
}

/** A router process in a data directory of its own, with real backends and real clients. */
export class EmbeddedStage extends SocketStage<EmbeddedRouter> {
  readonly dataDir: string;
  private readonly routers: EmbeddedRouter[];

  private constructor(dataDir: string, router: EmbeddedRouter) {
    super(router);
    this.dataDir = dataDir;
    this.routers = [router];
  }

  static async make(options: EmbeddedStageOptions = {}): Promise<EmbeddedStage> {
    const dataDir = await realpath(await mkdtemp(join(tmpdir(), 'ekiden-router-')));
    return new EmbeddedStage(dataDir, routerOn(dataDir, options));
  }

  /** As a service does that starts on the same data directory. */
  anotherRouter(): EmbeddedRouter {
    const router = routerOn(this.dataDir);
    this.routers.push(router);
    return router;
  }

  /** The router's process ends by itself with its data directory. */
  override async close(): Promise<void> {
    for (const router of this.routers) router.leave();
    await super.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

export function routerOn(dataDir: string, options: EmbeddedStageOptions = {}): EmbeddedRouter {
  return new EmbeddedRouter({
    dataDir,
    clock: new SystemClock(),
    log: () => undefined,
    ...options,
  });
}
