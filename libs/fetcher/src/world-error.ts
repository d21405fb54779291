import { plainMessage } from '@ekiden/host';

/** Something about the fetched thing itself; the message ends the sentence "Cannot fetch x: ...". */
export class Refused extends Error {
  override readonly name = 'Refused';
}

export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? plainMessage(errorCode(error), error.message) : String(error);
}

/** Sizes as people read them. */
export function shownBytes(bytes: number): string {
  const mib = bytes / 2 ** 20;
  return mib < 1 ? `${bytes} bytes` : `${Math.round(mib * 10) / 10} MiB`;
}
