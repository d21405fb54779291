import type { ServerResponse } from 'node:http';

/** What the router answers itself. */
export interface Refusal {
  readonly status: 400 | 404 | 502 | 503 | 504;
  /** Whose fault it is. */
  readonly by: 'client' | 'backend' | 'nobody';
  readonly reason: string;
}

/** How an attempt stood when it failed. */
interface Standing {
  readonly backend: { readonly taskId: string };
  readonly wasCut: boolean;
}

/** What a client is told of an attempt that failed. */
export function problemOf(
  error: Error & { code?: string },
  { backend, wasCut }: Standing,
): Refusal {
  const { taskId } = backend;
  if (wasCut) {
    return { status: 502, by: 'backend', reason: `${taskId} was taken away before it answered` };
  }
  const code: unknown = 'code' in error ? error.code : undefined;
  switch (code) {
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
      return { status: 400, by: 'client', reason: `the request cannot be sent: ${error.message}` };
    case 'UND_ERR_HEADERS_TIMEOUT':
      return { status: 504, by: 'backend', reason: `${taskId} did not answer in time` };
    case 'UND_ERR_HEADERS_OVERFLOW':
      return { status: 502, by: 'backend', reason: `${taskId} answered with too large a head` };
    default:
      return { status: 502, by: 'backend', reason: `${taskId} gave no answer: ${error.message}` };
  }
}

/** A line of text, for people; the status is for programs. */
export function refuseRequest(response: ServerResponse, { status, reason }: Refusal): void {
  const text = `${status}: ${reason}\n`;
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    ...(status === 503 ? { 'Retry-After': '1' } : {}),
  });
  response.end(text);
}
