/** A server on a private unix socket; no password (only the owner can reach the socket). */
export interface SocketConnection {
  /** Directory of the socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/**
 * Which database: a URL (`postgres://user:password@host:port/name?sslmode=verify-full&sslrootcert=...`,
 * TLS and other options as node-postgres reads them) or the embedded server's socket.
 */
export type ConnectionTarget =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'socket'; readonly connection: SocketConnection };

/** Host and database, without user and password; for messages. */
export function describeTarget(target: ConnectionTarget): string {
  if (target.kind === 'socket') return `embedded Postgres at ${target.connection.host}`;
  try {
    const url = new URL(target.url);
    return `Postgres at ${url.host}${url.pathname}`;
  } catch {
    return 'Postgres at DATABASE_URL (not a valid URL)';
  }
}

/** The same database by URL, for a child process. */
export function urlOf(connection: SocketConnection, database = connection.database): string {
  const host = encodeURIComponent(connection.host);
  const where = `host=${host}&port=${connection.port}`;
  return `postgresql://${encodeURIComponent(connection.user)}@localhost/${encodeURIComponent(database)}?${where}`;
}
