import { err, type Result } from '@ekiden/kernel';
import type { Executor } from './executor.js';
import type { HostFailure } from './host-failure.js';

/**
 * An executor whose calls never reject: a fault of its own fails the one task it is about, and never
 * the service.
 */
export function steady(executor: Executor): Executor {
  return {
    kind: executor.kind,
    prepare: (spec) => kept(executor.prepare(spec)),
    start: (taskId) => kept(executor.start(taskId)),
    wait: (taskId) => kept(executor.wait(taskId)),
    shutdown: (taskId, grace) => kept(executor.shutdown(taskId, grace)),
    remove: (taskId) => kept(executor.remove(taskId)),
    abandon: (taskId) => executor.abandon?.(taskId),
    adopt: () => kept(executor.adopt()),
    close: () => executor.close(),
  };
}

function kept<T>(call: Promise<Result<T, HostFailure>>): Promise<Result<T, HostFailure>> {
  return call.catch((fault: unknown) => {
    const said = fault instanceof Error ? fault.message : String(fault);
    return err({ kind: 'fault', message: `The executor failed by a fault of its own: ${said}` });
  });
}
