import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EmbeddedStage } from '../../../apps/ekiden/testing/embedded-stage.js';
import { HAPROXY, HaproxyStage } from '../../../apps/ekiden/testing/haproxy-stage.js';
import { routeTo, tableOf } from '../../../apps/ekiden/testing/router-contract.js';
import { LOOPBACK, backendOn } from '../../../apps/ekiden/testing/socket-stage.js';
import type { Router } from '../../../apps/ekiden/src/ports/index.js';
import type { Backend, Listen, RouteMode } from '../../../apps/ekiden/src/core/traffic/index.js';
import { cpuSecondsOf } from '../machine/index.js';

const BACKEND = fileURLToPath(new URL('./backend.mjs', import.meta.url));

/** A way to the backend: through a router, or without one. */
export interface Way {
  readonly urlOf: (mode: RouteMode) => string;
  /** Of the router so far. */
  readonly cpuSeconds: () => number;
}

/** One backend in a process of its own, and routers before it. */
export class RouterStages {
  readonly direct: Way;
  readonly embedded: Way;
  readonly haproxy: Way | undefined;
  private readonly ends: readonly (() => Promise<void>)[];

  private constructor(ways: readonly [Way, Way, Way?], ends: readonly (() => Promise<void>)[]) {
    [this.direct, this.embedded, this.haproxy] = ways;
    this.ends = ends;
  }

  static async open(): Promise<RouterStages> {
    const child = spawn(process.execPath, [BACKEND], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const backend = backendOn(Number(said), 'backend');
    const direct: Way = {
      urlOf: () => `http://${LOOPBACK}:${backend.port}`,
      cpuSeconds: () => 0,
    };
    const stage = await EmbeddedStage.make();
    const ends = [ending(child), (): Promise<void> => stage.close()];
    const embedded = await wayThrough(
      stage,
      backend,
      async () => (await stage.router.status())?.pid,
    );
    if (!existsSync(HAPROXY)) return new RouterStages([direct, embedded], ends);
    const other = await HaproxyStage.make();
    ends.push(() => other.close());
    const haproxy = await wayThrough(other, backend, () => other.pid());
    return new RouterStages([direct, embedded, haproxy], ends);
  }

  async close(): Promise<void> {
    for (const end of this.ends) await end();
  }
}

interface Routed {
  readonly router: Router;
  freeListen(): Promise<Listen>;
}

async function wayThrough(
  stage: Routed,
  backend: Backend,
  pidOf: () => Promise<number | undefined>,
): Promise<Way> {
  const [tcp, http] = [await stage.freeListen(), await stage.freeListen()];
  const applied = await stage.router.apply(
    tableOf(1, [routeTo(tcp, [backend]), { ...routeTo(http, [backend]), mode: 'http' }]),
  );
  if (!applied.ok) throw new Error(JSON.stringify(applied.error));
  const pid = (await pidOf()) ?? 0;
  return {
    urlOf: (mode) => `http://${LOOPBACK}:${(mode === 'tcp' ? tcp : http).port}`,
    cpuSeconds: () => cpuSecondsOf(pid),
  };
}

function ending(child: ChildProcess): () => Promise<void> {
  return async () => {
    child.kill();
    await once(child, 'exit');
  };
}
