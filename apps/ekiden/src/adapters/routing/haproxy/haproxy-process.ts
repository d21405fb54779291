import { readFile, rename, stat, truncate } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '@ekiden/kernel';
import type { Log } from '../../../ports/index.js';
import type { Drained } from './drain-watch.js';
import { haproxyPlace, socketFolder, type HaproxyPlace } from './haproxy-place.js';
import { alerts, launchHaproxy, refusal, unusable, type Launched } from './haproxy-program.js';
import { askMaster, tellWorker } from './master-socket.js';
import {
  isAlive,
  ownFolder,
  readJson,
  recordOf,
  writeWhole,
  type ProcessRecord,
} from '../process/index.js';
import { NEXT, type Rendered } from './render-config.js';
import {
  hasEnded,
  isWhole,
  parseProcesses,
  parseSessions,
  parseStatistics,
  parseStopping,
  parseStructure,
  type Processes,
  type ServerRow,
} from './statistics.js';

export interface HaproxyProcessOptions {
  /** Absolute; one HAProxy each. */
  readonly dataDir: string;
  /** Path, or a name that is looked up in PATH. */
  readonly executable: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A worker as it is now. */
export interface Worker {
  readonly pid: number;
  readonly current: boolean;
  /** Of the configuration it runs. */
  readonly structure: string | undefined;
  /** Frontends by name: what it listens for. */
  readonly frontends: ReadonlySet<string>;
  readonly rows: readonly ServerRow[];
}

const LOOK_MS = 10;
const COME_UP_MAX_MS = 15_000;
const LOG_MAX_BYTES = 1024 * 1024;

/** One that is there and does not answer for so long hangs, and is replaced. */
const PATIENCE_MS = 6_000;

/** The master has nothing else to do than to answer. */
const ANSWER_MAX_MS = 1_000;

/** All workers at one moment, unless one of them broke off its answer. */
type Look =
  | { readonly kind: 'all'; readonly workers: readonly Worker[] }
  | { readonly kind: 'brokenOff'; readonly pid: number };

/** Looks for one answer, so a second or so. */
const LOOKS_MAX = 100;

/** HAProxy as a process of its own, which outlives this one. Failures are thrown with a reason. */
export class HaproxyProcess {
  readonly place: HaproxyPlace;
  private readonly options: HaproxyProcessOptions;
  private adopted = false;
  private usable = false;

  constructor(options: HaproxyProcessOptions) {
    this.options = options;
    this.place = haproxyPlace(options.dataDir);
  }

  /** Whether one runs; that of an earlier service is found and gone on with. */
  async isThere(): Promise<boolean> {
    if (!this.usable) {
      const reason = await unusable(this.options.executable);
      if (reason !== undefined) throw new Error(reason);
      this.usable = true;
    }
    await ownFolder(this.place.folder);
    await ownFolder(socketFolder(this.place));
    const found = (await this.processes()) ?? (await this.waitForHanging());
    if (found === undefined) this.adopted = false;
    else if (!this.adopted) {
      this.adopted = true;
      this.note('haproxy-adopted', `HAProxy runs on as pid ${found.master}`);
    }
    return found !== undefined;
  }

  /** Puts a configuration in force: a reload without a lost connection, or the first start. */
  async install({ text, structure }: Rendered, running: boolean): Promise<void> {
    const { executable } = this.options;
    const { candidate, config } = this.place;
    await writeWhole(candidate, text);
    const refused = await refusal(executable, candidate);
    if (refused !== undefined) throw new Error(refused);
    await rename(candidate, config);
    if (running) await this.reload(structure);
    else await this.start(structure);
  }

  /** Keeps the file at what is in force, for whoever reloads HAProxy by hand. */
  async remember({ text }: Rendered): Promise<void> {
    await writeWhole(this.place.config, text);
    const size = await stat(this.place.log).then(
      (found) => found.size,
      () => 0,
    );
    if (size > LOG_MAX_BYTES) await truncate(this.place.log);
  }

  /** The present worker first, then those of before that still have connections. */
  async workers(): Promise<readonly Worker[]> {
    for (let looks = 1; ; looks += 1) {
      const found = await this.look();
      if (found.kind === 'all') return found.workers;
      // A worker that ends breaks off in the middle, and is listed until the master has noticed.
      if (looks === LOOKS_MAX) throw new Error(`HAProxy, pid ${found.pid}, broke off its answer`);
      await pause(LOOK_MS);
    }
  }

  private async look(): Promise<Look> {
    const found = await this.processes();
    if (found === undefined) throw new Error('HAProxy does not answer');
    const pids = found.current === undefined ? found.old : [found.current, ...found.old];
    const workers: Worker[] = [];
    const answers = pids.map((pid) => this.tell(pid, ['show info', 'show stat -1 5 -1']));
    for (const [at, text] of (await Promise.all(answers)).entries()) {
      const pid = pids[at] ?? 0;
      const current = pid === found.current;
      if (!current && hasEnded(text)) continue;
      if (!isWhole(text)) return { kind: 'brokenOff', pid };
      const { frontends, servers } = parseStatistics(text);
      const rows = servers.filter(({ backend }) => !backend.startsWith(NEXT));
      workers.push({ pid, current, structure: parseStructure(text), frontends, rows });
    }
    return { kind: 'all', workers };
  }

  /** Gives commands to a worker; resolves with all it has to say about them. */
  tell(pid: number, commands: readonly string[]): Promise<string> {
    return tellWorker(this.place.masterSocket, pid, commands);
  }

  /** Cuts what is open to a server. */
  async cut({ pid, current, row }: Drained): Promise<void> {
    const path = `${row.backend}/${row.server}`;
    if (current) {
      await this.tell(pid, [`shutdown sessions server ${path}`]);
      return;
    }
    // Servers of a worker that is to end take no commands; its sessions do.
    const sessions = parseSessions(await this.tell(pid, ['show sess']), row);
    if (sessions.length === 0) return;
    await this.tell(
      pid,
      sessions.map((session) => `shutdown session ${session}`),
    );
  }

  private async processes(): Promise<Processes | undefined> {
    try {
      return parseProcesses(await askMaster(this.place.masterSocket, 'show proc', ANSWER_MAX_MS));
    } catch {
      return undefined;
    }
  }

  private async start(structure: string): Promise<void> {
    const launched = launchHaproxy(this.options.executable, this.place);
    if (launched.pid !== undefined) {
      await writeWhole(this.place.record, `${JSON.stringify(recordOf(launched.pid))}\n`);
    }
    await this.untilRuns(structure, launched);
    this.adopted = true;
    this.note('haproxy-started', `HAProxy runs as pid ${launched.pid ?? 0}`);
  }

  private async reload(structure: string): Promise<void> {
    const failedBefore = (await this.processes())?.failedReloads ?? 0;
    await askMaster(this.place.masterSocket, 'reload');
    await this.untilRuns(structure, { pid: undefined, ended: () => undefined }, failedBefore);
    this.note('haproxy-reloaded', 'HAProxy has taken a configuration with other routes');
  }

  private async untilRuns(structure: string, launched: Launched, failedBefore = 0): Promise<void> {
    const { clock } = this.options;
    const end = clock.monotonic() + COME_UP_MAX_MS;
    const logged = (await this.logText()).length;
    let ended: string | undefined;
    while (clock.monotonic() < end && ended === undefined) {
      ended = launched.ended();
      const found = await this.processes();
      if (found !== undefined && found.failedReloads > failedBefore) ended = 'it goes on as before';
      if (found !== undefined && (await this.hasTaken(found, structure))) return;
      await pause(LOOK_MS);
    }
    const said = alerts((await this.logText()).slice(logged));
    throw new Error(`HAProxy did not take the configuration: ${said || (ended ?? 'no answer')}`);
  }

  private logText(): Promise<string> {
    return readFile(this.place.log, 'utf8').catch(() => '');
  }

  /** The present worker has the configuration, and none of before takes anything new. */
  private async hasTaken({ current, old }: Processes, structure: string): Promise<boolean> {
    if (current === undefined) return false;
    if (parseStructure(await this.info(current)) !== structure) return false;
    const infos = await Promise.all(old.map((pid) => this.info(pid)));
    return infos.every((info) => parseStructure(info) === undefined || parseStopping(info));
  }

  /** Nothing of one that has ended. */
  private info(pid: number): Promise<string> {
    return this.tell(pid, ['show info']).catch(() => '');
  }

  /** A recorded process that lives is given time to answer; then it hangs, and is ended. */
  private async waitForHanging(): Promise<Processes | undefined> {
    const record = await readJson<ProcessRecord>(this.place.record);
    if (record === undefined || !isAlive(record)) return undefined;
    const { clock } = this.options;
    const end = clock.monotonic() + PATIENCE_MS;
    while (clock.monotonic() < end && isAlive(record)) {
      const found = await this.processes();
      if (found !== undefined) return found;
      await pause(LOOK_MS);
    }
    if (!isAlive(record)) return undefined;
    this.note('haproxy-hangs', `HAProxy, pid ${record.pid}, does not answer: ended`);
    process.kill(record.pid, 'SIGKILL');
    return undefined;
  }

  private note(event: string, message: string): void {
    this.options.log({ level: 'info', event, message });
  }
}
