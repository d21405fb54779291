/*
 * A service for tests to kill: prepares and starts the tasks given as JSON, says `started`, and
 * stays. Arguments: root folder as JSON options of the executor, list of specs.
 */
import { ProcessExecutor, type ProcessExecutorOptions } from '@ekiden/host-process';
import { must } from '@ekiden/host/contract';
import type { TaskSpec } from '@ekiden/host';
import { realClock } from './process-host.js';

const [options = '{}', specs = '[]'] = process.argv.slice(2);
const executor = await ProcessExecutor.open({
  ...(JSON.parse(options) as Pick<ProcessExecutorOptions, 'dataDir' | 'fetchRoot'>),
  clock: realClock,
  log: { info: () => undefined, warn: () => undefined },
});
for (const spec of JSON.parse(specs) as TaskSpec[]) {
  must(await executor.prepare(spec));
  must(await executor.start(spec.taskId));
}
process.stdout.write('started\n');
setInterval(() => undefined, 60_000);
