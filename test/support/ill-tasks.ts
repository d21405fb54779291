import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleeper, type AppBody } from './apps.js';
import { QUICK_CHECK } from './quick-check.js';

/** Tasks that fall ill and recover as they are told to, by files named after them. */
export class IllTasks {
  readonly folder = mkdtempSync(join(tmpdir(), 'ekiden-ill-'));

  /** Sleepers, cheap enough for many. */
  app(id: string, instances: number, more: object = {}): AppBody {
    const command = { value: `! test -e ${this.folder}/$MESOS_TASK_ID` };
    const healthChecks = [{ protocol: 'COMMAND', command, ...QUICK_CHECK }];
    return sleeper(id, instances, { healthChecks, backoffSeconds: 0, ...more });
  }

  fail(tasks: readonly string[]): void {
    for (const task of tasks) writeFileSync(join(this.folder, task), '');
  }

  recover(tasks: readonly string[]): void {
    for (const task of tasks) rmSync(join(this.folder, task));
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}
