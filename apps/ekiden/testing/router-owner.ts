/*
 * A service for tests to kill: brings up the router of a data directory with one table, says
 * `applied` and stays. Arguments: data directory, table as JSON.
 */
import { SystemClock } from '../src/adapters/machine/index.js';
import { EmbeddedRouter } from '../src/adapters/routing/embedded/index.js';
import type { RouteTable } from '../src/core/traffic/index.js';

const [dataDir = '', table = '{}'] = process.argv.slice(2);
const router = new EmbeddedRouter({ dataDir, clock: new SystemClock(), log: () => undefined });
const result = await router.apply(JSON.parse(table) as RouteTable);
process.stdout.write(result.ok ? 'applied\n' : `${JSON.stringify(result.error)}\n`);
setInterval(() => undefined, 60_000);
