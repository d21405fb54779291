import { rm } from 'node:fs/promises';
import { seconds, type Clock } from '@ekiden/kernel';
import { unseenExit } from './exit-status.js';
import { holdTask, type HeldTask } from './held-task.js';
import type { HostLog } from './host-log.js';
import { folderOf, type Layout } from './layout.js';
import { bootId } from './proc.js';
import { awaitStart } from './supervise.js';
import { TaskRecords } from './task-records.js';

/** A supervisor that lives has noted the task within this time. */
const PATIENCE = seconds(10);

/**
 * Reads one task back from its records. What runs, or may have ended meanwhile, comes back as
 * `running`; a look at its processes decides. `undefined` for records that tell nothing.
 */
export async function readHeldTask(
  layout: Layout,
  folder: string,
  { clock, log }: { readonly clock: Clock; readonly log: HostLog },
): Promise<HeldTask | undefined> {
  const records = new TaskRecords(layout.records(folder));
  const spec = await records.spec();
  const launch = await records.launch();
  if (spec === undefined || folderOf(spec.taskId) !== folder) {
    log.warn({ folder }, 'records of a task cannot be read');
    // Cut off while they were being made: nothing has run.
    if (launch === undefined) await records.remove();
    return undefined;
  }
  const held = holdTask(layout, folder, spec);
  held.killRecord = await records.kill();
  if (launch === undefined) return held;
  held.startedAt = launch.startedAt;
  held.phase = 'running';
  if (launch.bootId !== bootId()) {
    const status = await records.exitStatus();
    if (status !== undefined) return held;
    return endedAs(held, 'AGENT_RESTARTED', 'the machine was restarted');
  }
  if (await records.voidClaim()) {
    return endedAs(held, undefined, 'the service stopped while the task was being started');
  }
  const seen = await awaitStart(records, { clock, patience: PATIENCE, gone: () => false });
  held.supervisor = seen.supervisor;
  held.process = seen.process;
  if (seen.process === undefined && seen.status === undefined) {
    if (await records.voidProcess()) {
      return endedAs(held, undefined, 'its supervisor was killed while it was being started');
    }
    held.process = await records.process();
  }
  return held;
}

async function endedAs(
  held: HeldTask,
  reason: 'AGENT_RESTARTED' | undefined,
  why: string,
): Promise<HeldTask> {
  await rm(`${held.records.folder}/run.sh`, { force: true });
  held.phase = 'ended';
  held.exit = { ...unseenExit(why), ...(reason === undefined ? {} : { reason }) };
  held.wake();
  return held;
}
