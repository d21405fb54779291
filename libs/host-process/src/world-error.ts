import { AssertionFailed } from '@ekiden/kernel';
import { plainMessage, type HostFailure } from '@ekiden/host';

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'E2BIG']);

export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? plainMessage(errorCode(error), error.message) : String(error);
}

/** What the operating system refused, as a value. Our own bugs go through. */
export function failureOfError(error: unknown, doing: string): HostFailure {
  if (error instanceof AssertionFailed) throw error;
  const kind = NO_ROOM.has(errorCode(error) ?? '') ? 'resources' : 'sandbox';
  return { kind, message: `${doing}: ${messageOf(error)}` };
}
