import { TestDatabases } from './test-databases.js';

export { machineClock } from './machine-clock.js';
export type { TestDatabase, TestDatabases } from './test-databases.js';

/**
 * The run's databases. Importing this file while mocha loads a spec also registers the hook that
 * stops the server after the last test.
 */
export const testDatabases = new TestDatabases();

if (typeof after === 'function') {
  after(async function stopTestDatabases() {
    this.timeout(60_000);
    await testDatabases.stop();
  });
}
