import type { Home } from './home.js';
import { TestService, type ServiceOptions } from './test-service.js';

/** The services of one test; all of them and their tasks are gone after it, come what may. */
export interface Stage {
  /** One that leads. */
  start(options?: ServiceOptions): Promise<TestService>;
  /** One that is not started. */
  service(options?: ServiceOptions): TestService;
}

/** Call it inside `describe`. The end of every service's log is shown when a test fails. */
export function useStage(): Stage {
  let services: TestService[] = [];
  let homes = new Set<Home>();

  afterEach('end all services and tasks', async function endAll() {
    this.timeout(30_000);
    if (this.currentTest?.isFailed() === true) {
      for (const service of services) console.log(`log of ${service.home.dir}:\n${service.log}`);
    }
    const over = services;
    const empty = homes;
    services = [];
    homes = new Set();
    const ends = await Promise.allSettled(over.map((service) => service.kill()));
    const cleared = await Promise.allSettled([...empty].map((home) => home.dispose()));
    for (const one of [...ends, ...cleared]) if (one.status === 'rejected') throw one.reason;
  });

  const service = (options: ServiceOptions = {}): TestService => {
    const made = new TestService(options);
    services.push(made);
    homes.add(made.home);
    return made;
  };
  return { service, start: (options) => service(options).start() };
}

/** One service that leads, for all tests of a `describe`. */
export function useService(options: ServiceOptions = {}): () => TestService {
  let service: TestService | undefined;

  before('start the service', async () => {
    service = await new TestService(options).start();
  });

  afterEach(function showLog() {
    if (this.currentTest?.isFailed() === true) console.log(`log:\n${service?.log ?? ''}`);
  });

  after('end the service and its tasks', async function end() {
    this.timeout(30_000);
    await service?.dispose();
  });

  return () => {
    if (service === undefined) throw new Error('the service did not start');
    return service;
  };
}

/**
 * One service that leads, for all tests of a `describe`; each finds it without apps and pods. After a
 * test that failed, whatever it has left, there is a new one.
 */
export function useEmptyService(options: ServiceOptions = {}): () => TestService {
  let service: TestService | undefined;
  const begin = async (): Promise<void> => {
    service = await new TestService(options).start();
  };

  before('start the service', begin);

  afterEach('empty the service', async function empty() {
    this.timeout(40_000);
    if (this.currentTest?.isFailed() !== true) {
      await service?.clear();
      return;
    }
    console.log(`log:\n${service?.log ?? ''}`);
    await service?.dispose();
    await begin();
  });

  after('end the service and its tasks', async function end() {
    this.timeout(30_000);
    await service?.dispose();
  });

  return () => {
    if (service === undefined) throw new Error('the service did not start');
    return service;
  };
}
