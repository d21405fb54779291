import { assertNever, type TaskId } from '@ekiden/kernel';
import type { HostFailure } from '@ekiden/host';
import type { EngineFailure } from './engine-call.js';
import type { Engine } from './engine.js';

export const GIVEN_UP: HostFailure = { kind: 'cancelled', message: 'The launch was given up' };

/** The engine did not answer, or not to the point, or was not asked any more. */
export function unreachable(engine: Engine, failure: EngineFailure): HostFailure {
  const message = `Docker at ${engine.name}: ${failure.message}`;
  switch (failure.kind) {
    case 'refused':
      return { kind: 'engineRefused', message };
    case 'gone':
      return { kind: 'engineGone', message };
    case 'aborted':
      return GIVEN_UP;
    default:
      return assertNever(failure);
  }
}

/** There is no such container (any more). */
export function isGone(failure: EngineFailure): boolean {
  return failure.kind === 'refused' && failure.status === 404;
}

export function unknownTask(taskId: TaskId): HostFailure {
  return { kind: 'unknownTask', message: `No task ${taskId} was prepared here` };
}
