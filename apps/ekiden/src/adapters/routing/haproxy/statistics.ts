/** A server of a backend of a worker, as `show stat` tells. */
export interface ServerRow {
  readonly backend: string;
  readonly server: string;
  readonly mode: string;
  readonly at: string;
  readonly weight: number;
  /** Taken out: gets nothing new, what is under way goes on. */
  readonly maintenance: boolean;
  /** Seconds since it was taken out or put in. */
  readonly changedFor: number;
  /** Connections (requests in `http`) under way. */
  readonly open: number;
  /** Those so far. */
  readonly total: number;
  readonly failed: number;
  /** Milliseconds to the head of a response, on average of the last 1024. */
  readonly responseMs: number;
}

export interface Statistics {
  /** By name. */
  readonly frontends: ReadonlySet<string>;
  readonly servers: readonly ServerRow[];
}

/** Reads what `show stat` says of frontends and servers; columns go by their names. */
export function parseStatistics(text: string): Statistics {
  const lines = text.split('\n');
  const head = lines.findIndex((line) => line.startsWith('# pxname,'));
  const columns = (lines[head] ?? '').slice(2).split(',');
  const at = new Map(columns.map((name, index) => [name, index]));
  const frontends = new Set<string>();
  const servers: ServerRow[] = [];
  for (const line of head < 0 ? [] : lines.slice(head + 1)) {
    const fields = line.split(',');
    const field = (name: string): string => fields[at.get(name) ?? -1] ?? '';
    if (field('type') === FRONTEND) frontends.add(field('pxname'));
    if (field('type') === SERVER) servers.push(serverRow(field));
  }
  return { frontends, servers };
}

/** Whether a worker has said all of `show stat`: half of it looks like half of the routes. */
export function isWhole(text: string): boolean {
  return text.includes('# pxname,') && text.endsWith('\n\n');
}

/** What the master says of a worker that has ended. */
export function hasEnded(text: string): boolean {
  return text.startsWith("Can't find the target PID");
}

const FRONTEND = '0';
const SERVER = '2';

function serverRow(field: (name: string) => string): ServerRow {
  const count = (name: string): number => Number(field(name) || '0');
  return {
    backend: field('pxname'),
    server: field('svname'),
    mode: field('mode'),
    at: field('addr'),
    weight: count('uweight'),
    maintenance: field('status').startsWith('MAINT'),
    changedFor: count('lastchg'),
    open: count('scur'),
    total: count('stot'),
    failed: count('hrsp_5xx') + count('econ') + count('eresp') + count('wredis'),
    responseMs: count('rtime'),
  };
}

/** The sessions to a server (`show sess`), by the word that ends them. */
export function parseSessions(
  text: string,
  { backend, server }: Pick<ServerRow, 'backend' | 'server'>,
): readonly string[] {
  const to = ` be=${backend} srv=${server} `;
  return text
    .split('\n')
    .flatMap((line) => (line.includes(to) ? (/^(0x[0-9a-f]+):/.exec(line)?.slice(1) ?? []) : []));
}

/** Whether a worker only finishes what it has (`show info`). */
export function parseStopping(text: string): boolean {
  return /^Stopping: 1$/m.test(text);
}

/** The digest in the `description` of the configuration that a worker runs (`show info`). */
export function parseStructure(text: string): string | undefined {
  return /^description: ekiden:([0-9a-f]*)$/m.exec(text)?.[1];
}

/** The processes below a master. */
export interface Processes {
  readonly master: number;
  /** Reloads in a row that came to nothing. */
  readonly failedReloads: number;
  readonly current: number | undefined;
  /** Workers of earlier configurations that finish what they have. */
  readonly old: readonly number[];
}

/** Reads `show proc` of the master socket. */
export function parseProcesses(text: string): Processes | undefined {
  const master = /^(\d+)\s+master\s+\d+(?: \[failed: (\d+)\])?/m.exec(text);
  if (master === null) return undefined;
  const [now = '', before = ''] = text.split(/^# old workers$/m);
  const workers = (part: string): readonly number[] =>
    [...part.matchAll(/^(\d+)\s+worker\s/gm)].map(([, pid]) => Number(pid));
  return {
    master: Number(master[1]),
    failedReloads: Number(master[2] ?? '0'),
    current: workers(now)[0],
    old: workers(before),
  };
}
