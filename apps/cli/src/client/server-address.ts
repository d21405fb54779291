import { UsageError } from './failures.js';

const USUAL = 'http://127.0.0.1:8080';

/** Where a service answers, and who asks. `shown` never holds a password. */
export interface ServerAddress {
  /** Without a slash at the end and without credentials. */
  readonly base: string;
  readonly shown: string;
  /** Value of the Authorization header. */
  readonly authorization?: string;
}

/**
 * The address of a flag, else of the environment, else the usual one. Credentials are those in the
 * address, else `credentials` (`user:password`). Throws `UsageError` for what is no HTTP address.
 */
export function serverAddress(
  given: string | undefined,
  credentials: string | undefined,
): ServerAddress {
  const text = given === undefined || given === '' ? USUAL : given;
  const url = parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  const { username, password } = url;
  const login =
    username === '' && password === ''
      ? credentials
      : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const base = `${url.protocol}//${url.host}${url.pathname.replace(/\/+(?:v2\/?)?$/, '')}`;
  return {
    base,
    shown: base,
    ...(login === undefined || login === ''
      ? {}
      : { authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
  };
}

function parse(text: string): URL {
  // What does not parse may hold a password: it is not repeated.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError('the address of the service has to look like http://host:8080');
  }
  return url;
}
