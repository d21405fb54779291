import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Home } from '../../support/home.js';
import { FrontendMessages, type SentStatement } from './frontend-messages.js';

/** The connection that turns are committed on, as the service names it. */
const COMMITS = 'ekiden-turn';
/** What only the statement that commits a turn has (libs/store, commitStatement). */
const COMMIT_STATEMENT = /^WITH fenced AS \(/;

/**
 * Stands between the service and its database and writes down, in order, every statement that
 * commits a turn. For a run that is not measured: passing everything on takes time.
 */
export class RecordingProxy {
  readonly statements: SentStatement[] = [];
  /** The database, through this proxy. */
  readonly url: string;
  private readonly server: Server;
  /** Holds the socket; removed even when this run is killed. */
  private readonly home: Home;
  private readonly sockets = new Set<Socket>();

  private constructor(server: Server, home: Home, url: string) {
    this.server = server;
    this.home = home;
    this.url = url;
  }

  /** Before the database that `url` names. */
  static async open(url: string): Promise<RecordingProxy> {
    const target = addressOf(url);
    const home = new Home();
    const through = new URL(url);
    through.searchParams.set('host', home.dir);
    through.searchParams.set('port', '5432');
    const server = createServer();
    const proxy = new RecordingProxy(server, home, through.href);
    server.on('connection', (client) => {
      proxy.pass(client, connect(target));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(join(home.dir, '.s.PGSQL.5432'), resolve);
    });
    return proxy;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
    await this.home.dispose();
  }

  private pass(client: Socket, database: Socket): void {
    const messages = new FrontendMessages();
    client.on('data', (chunk) => {
      const sent = messages.take(Buffer.from(chunk));
      if (messages.applicationName !== COMMITS) return;
      this.statements.push(...sent.filter(({ text }) => COMMIT_STATEMENT.test(text)));
    });
    client.pipe(database);
    database.pipe(client);
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }
}

/** Where a Postgres URL leads: a socket in a directory, or a host and port. */
function addressOf(url: string): { readonly path: string } | { host: string; port: number } {
  const { hostname, port, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? hostname;
  const number = searchParams.get('port') ?? (port === '' ? '5432' : port);
  return host.startsWith('/')
    ? { path: join(host, `.s.PGSQL.${number}`) }
    : { host, port: Number(number) };
}
