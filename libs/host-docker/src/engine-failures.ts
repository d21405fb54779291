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

const NO_ROOM = /no space left on device|disk quota exceeded/i;

/** Whether the engine could not write: its disk is full, or its quota used up. */
export function hasNoRoom(message: string): boolean {
  return NO_ROOM.test(message);
}

/** The engine's words, after what they come to where that takes knowledge to see. */
export function plainWords(message: string): string {
  return hasNoRoom(message) ? `the disk of the Docker engine is full (${message})` : message;
}

/** There is no such container (any more). */
export function isGone(failure: EngineFailure): boolean {
  return failure.kind === 'refused' && failure.status === 404;
}

export function unknownTask(taskId: TaskId): HostFailure {
  return { kind: 'unknownTask', message: `No task ${taskId} was prepared here` };
}
