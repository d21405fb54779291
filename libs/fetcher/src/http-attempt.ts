import { open, type FileHandle } from 'node:fs/promises';
import { request as requestHttp, STATUS_CODES, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Deadlines } from './deadlines.js';
import type { FetcherLimits } from './fetcher-limits.js';
import { splitCredentials } from './source.js';
import { errorCode, Refused, shownBytes } from './world-error.js';

/** What a server tells about a version of a file, to be asked about later (RFC 9110, 8.8). */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface HttpRequest {
  readonly url: URL;
  readonly authorization: string | undefined;
  /** Of the version at hand: then the answer may be `unchanged`. */
  readonly validators?: Validators;
}

export type Attempt =
  | { readonly kind: 'done'; readonly bytes: number; readonly validators: Validators }
  | { readonly kind: 'unchanged' }
  /** `again`: it may go better later. `message` ends the sentence "Cannot fetch x: ...". */
  | { readonly kind: 'failed'; readonly message: string; readonly again: boolean };

/** Downloads into a new file, following redirects; the file is the caller's, whatever happens. */
export async function attemptDownload(
  request: HttpRequest,
  into: string,
  options: { readonly limits: FetcherLimits; readonly signal: AbortSignal },
): Promise<Attempt> {
  const deadlines = new Deadlines(options.limits);
  const signal = AbortSignal.any([options.signal, deadlines.signal]);
  try {
    const response = await follow(request, { ...options, deadlines, signal });
    try {
      return await take(response, into, { limits: options.limits, deadlines });
    } finally {
      response.destroy();
    }
  } catch (error) {
    if (deadlines.missed !== undefined) return failed(deadlines.missed, true);
    if (error instanceof Refused) return failed(error.message, false);
    return failedConnection(error);
  } finally {
    deadlines.clear();
  }
}

interface Hop {
  readonly limits: FetcherLimits;
  readonly deadlines: Deadlines;
  readonly signal: AbortSignal;
}

async function follow(request: HttpRequest, hop: Hop): Promise<IncomingMessage> {
  let { url, authorization } = request;
  for (let redirects = 0; ; redirects += 1) {
    const response = await ask({ ...request, url, authorization }, hop);
    const { statusCode = 0, headers } = response;
    if (![301, 302, 303, 307, 308].includes(statusCode)) return response;
    response.destroy();
    if (redirects >= hop.limits.redirectsMax) {
      throw new Refused(`it is redirected more than ${hop.limits.redirectsMax} times`);
    }
    const next = nextHop(headers.location, url);
    // Credentials are for the server they were given for.
    authorization =
      next.authorization ?? (next.url.origin === url.origin ? authorization : undefined);
    url = next.url;
  }
}

function nextHop(location: string | undefined, from: URL): ReturnType<typeof splitCredentials> {
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw new Refused('the server redirects to a place that cannot be read');
  }
  const next = new URL(location, from);
  if (next.protocol !== 'http:' && next.protocol !== 'https:') {
    throw new Refused(`the server redirects to ${next.protocol}, which is not followed`);
  }
  return splitCredentials(next);
}

function ask(
  { url, authorization, validators }: HttpRequest,
  { deadlines, signal }: Hop,
): Promise<IncomingMessage> {
  const isTls = url.protocol === 'https:';
  const headers: Record<string, string> = {
    accept: '*/*',
    // As the file is, not packed for the way.
    'accept-encoding': 'identity',
    'user-agent': 'ekiden-fetcher',
    ...(authorization === undefined ? {} : { authorization }),
    ...(validators?.etag === undefined ? {} : { 'if-none-match': validators.etag }),
    ...(validators?.lastModified === undefined
      ? {}
      : { 'if-modified-since': validators.lastModified }),
  };
  return new Promise((resolve, reject) => {
    deadlines.connecting();
    const send = isTls ? requestHttps : requestHttp;
    // Connections of its own: nothing is left open, and none has gone stale.
    const sent = send(url, { headers, signal, agent: false });
    sent.once('socket', (socket) => {
      socket.once(isTls ? 'secureConnect' : 'connect', () => deadlines.connected());
    });
    sent.once('response', resolve);
    sent.on('error', reject);
    sent.end();
  });
}

async function take(
  response: IncomingMessage,
  into: string,
  { limits, deadlines }: { readonly limits: FetcherLimits; readonly deadlines: Deadlines },
): Promise<Attempt> {
  const { statusCode = 0, headers } = response;
  if (statusCode === 304) return { kind: 'unchanged' };
  if (statusCode !== 200) return failedStatus(statusCode);
  const announced = Number(headers['content-length'] ?? Number.NaN);
  if (announced > limits.fileBytesMax) throw tooLarge(limits.fileBytesMax);
  const file = await opened(into);
  try {
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      deadlines.heard();
      bytes += chunk.length;
      if (bytes > limits.fileBytesMax) throw tooLarge(limits.fileBytesMax);
      await written(file, chunk);
    }
    if (!Number.isNaN(announced) && bytes !== announced) return failed('it came cut off', true);
    return { kind: 'done', bytes, validators: validatorsOf(headers) };
  } finally {
    await file.close();
  }
}

function validatorsOf(headers: IncomingMessage['headers']): Validators {
  const { etag, 'last-modified': lastModified } = headers;
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}

function opened(path: string): Promise<FileHandle> {
  return open(path, 'wx', 0o600).catch((error: unknown) => {
    throw new Refused(`it cannot be kept (${errorCode(error) ?? 'unknown error'})`);
  });
}

/** What the disk refuses is no fault of the network: no second attempt. */
async function written(file: FileHandle, chunk: Buffer): Promise<void> {
  try {
    await file.writeFile(chunk);
  } catch (error) {
    throw new Refused(`it cannot be kept (${errorCode(error) ?? 'unknown error'})`);
  }
}

function failed(message: string, again: boolean): Attempt {
  return { kind: 'failed', message, again };
}

function tooLarge(max: number): Refused {
  return new Refused(`it is larger than ${shownBytes(max)}, the bound for a fetched file`);
}

function failedStatus(status: number): Attempt {
  const name = STATUS_CODES[status];
  const answer = `the server answered ${status}${name === undefined ? '' : ` (${name})`}`;
  return failed(`${answer}${adviceFor(status)}`, status >= 500);
}

function adviceFor(status: number): string {
  if (status === 401 || status === 403) return '; check the credentials in the uri';
  if (status === 404 || status === 410) return '; check the uri';
  return '';
}

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/;

/** Only codes: messages of the network layer may repeat what was sent. */
function failedConnection(error: unknown): Attempt {
  const code = errorCode(error) ?? 'unknown error';
  if (UNTRUSTED.test(code)) {
    return failed(`the certificate of the server is not accepted (${code})`, false);
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return failed(`the name of the server cannot be resolved (${code}); check the uri`, true);
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') return failed(`it came cut off (${code})`, true);
  return failed(`the server cannot be reached (${code}); check that it runs`, true);
}
