import type Docker from 'dockerode';
import { busyboxImage, TestEngine, type TestEngineOptions } from '@ekiden/host-docker/testing';
import { TestService, until } from '../support/index.js';

const LIMIT_MS = 30_000;

/**
 * As many engines of its own for the tests of one `describe`; each test finds them running and
 * without containers. Call it after `useStage`, so that services are gone before their containers.
 */
export function useEngines(
  count: number,
  options: TestEngineOptions = {},
): () => readonly TestEngine[] {
  let engines: readonly TestEngine[] = [];

  before('start the engines', async function start() {
    this.timeout(LIMIT_MS);
    const made = await Promise.allSettled(
      Array.from({ length: count }, () => TestEngine.make(options)),
    );
    engines = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    for (const one of made) if (one.status === 'rejected') throw one.reason;
    await Promise.all(engines.map(({ docker }) => busyboxImage(docker)));
  });

  afterEach('clear the engines', async function clear() {
    this.timeout(LIMIT_MS);
    await Promise.all(engines.map(clearEngine));
  });

  after('end the engines', async function end() {
    this.timeout(LIMIT_MS);
    await Promise.all(engines.map((engine) => engine.dispose()));
  });

  return () => engines;
}

/** One engine, see `useEngines`. */
export function useEngine(options: TestEngineOptions = {}): () => TestEngine {
  const engines = useEngines(1, options);
  return () => present(engines()[0], 'engine');
}

/**
 * One engine, and one service that has it as an agent, for all tests of a `describe`; each test
 * finds both running and empty.
 */
export function useDocker(
  options: TestEngineOptions = {},
  more: Readonly<Record<string, string>> = {},
): { readonly engine: () => TestEngine; readonly service: () => TestService } {
  let engine: TestEngine | undefined;
  let service: TestService | undefined;

  before('start engine and service', async function start() {
    this.timeout(LIMIT_MS);
    engine = await TestEngine.make(options);
    await busyboxImage(engine.docker);
    service = new TestService(settingsFor([engine], more));
    await service.start();
  });

  afterEach('clear engine and service', async function clear() {
    this.timeout(LIMIT_MS);
    if (engine === undefined || service === undefined) return;
    if (this.currentTest?.isFailed() === true) console.log(`log:\n${service.log}`);
    await engine.start();
    await service.clear();
    await clearEngine(engine);
  });

  after('end service and engine', async function end() {
    this.timeout(LIMIT_MS);
    await service?.dispose();
    await engine?.dispose();
  });

  return {
    engine: () => present(engine, 'engine'),
    service: () => present(service, 'service'),
  };
}

/**
 * Again until nothing is left: while a container that has just ended is still writing its log, the
 * engine answers that its folder is not empty.
 */
async function clearEngine(engine: TestEngine): Promise<void> {
  await engine.start();
  await until(async () => {
    const left = await engine.docker.listContainers({ all: true });
    await Promise.all(left.map(({ Id }) => removeContainer(engine.docker, Id)));
    return left.length === 0;
  }, 'an engine without containers');
}

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the ${what} did not start`);
  return value;
}

/** As `docker rm -f` does it. */
export async function removeContainer(docker: Docker, id: string): Promise<void> {
  try {
    await docker.getContainer(id).remove({ force: true, v: true });
  } catch (error) {
    // 404 and 409: gone, or somebody else is removing it at this moment
    const { statusCode } = error as { readonly statusCode?: number };
    if (statusCode !== 404 && statusCode !== 409) throw error;
  }
}

/** Where a service finds an engine; perhaps somebody stands before it. */
type EnginePlace = Pick<TestEngine, 'url' | 'address' | 'hostAddress'>;

/** What stands behind the question mark of an engine's address. */
type EntryOptions = Readonly<Record<string, string>>;

/** The engine as an agent of its own, in the words of EKIDEN_DOCKER_HOSTS. */
function hostEntry(engine: EnginePlace, options: EntryOptions): string {
  const { url, address, hostAddress: services } = engine;
  const query = new URLSearchParams({ address, services, ...options });
  return `${url}?${query.toString()}`;
}

/**
 * Settings of a service that has these engines as agents: `engine1`, `engine2`, ... `options` may
 * differ from engine to engine, which are counted from 0.
 */
export function settingsFor(
  engines: readonly EnginePlace[],
  more: Readonly<Record<string, string>> = {},
  options: EntryOptions | ((at: number) => EntryOptions) = {},
): { readonly env: Readonly<Record<string, string>> } {
  const entries = engines.map((engine, at) => {
    const own = typeof options === 'function' ? options(at) : options;
    return hostEntry(engine, { hostname: `engine${at + 1}`, ...own });
  });
  return { env: { EKIDEN_DOCKER_HOSTS: entries.join(' '), ...more } };
}
