import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { err, ok, type Clock, type Result } from '@ekiden/kernel';
import type { RouteTable } from '../../../core/traffic/index.js';
import type { Applied, Log, Router, RouterUnavailable } from '../../../ports/index.js';
import { controlCall } from './control-call.js';
import { launchForwarder, type Launched } from './forwarder-launch.js';
import {
  forwarderPlace,
  isAlive,
  ownFolder,
  readRecord,
  type ForwarderPlace,
} from './forwarder-place.js';
import {
  PROTOCOL,
  type ControlAnswer,
  type ControlRequest,
  type ForwarderStatus,
} from './protocol.js';

export interface ForwarderRouterOptions {
  /** Absolute; one forwarder each. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How long connections to a backend that was taken out may last. */
  readonly drainMs?: number;
}

/** rollouts.md, "Drain". */
const DRAIN_MS = 30_000;

const STATUS_TIMEOUT_MS = 2_000;
const APPLY_TIMEOUT_MS = 10_000;
const START_TIMEOUT_MS = 15_000;
const LOOK_MS = 25;

/** A forwarder that is there and does not answer for so long hangs, and is replaced. */
const PATIENCE_MS = 5_000;

/**
 * Routes through a forwarder process of its own, which outlives this one: the next service on the
 * data directory finds it by its control socket and goes on with it. It is started when there is
 * something to route, and started again when it is gone.
 */
export class ForwarderRouter implements Router {
  private readonly options: ForwarderRouterOptions;
  private readonly place: ForwarderPlace;
  private adopted = false;

  constructor(options: ForwarderRouterOptions) {
    this.options = options;
    this.place = forwarderPlace(options.dataDir);
  }

  /** One call at a time. */
  async apply(table: RouteTable): Promise<Result<Applied, RouterUnavailable>> {
    try {
      if (!this.adopted && !(await this.adopt())) {
        if (table.routes.length === 0) return ok({ changed: 0, failed: [], draining: [] });
        await this.start();
      }
      const { applied } = await this.call({ kind: 'apply', table }, APPLY_TIMEOUT_MS);
      return applied ?? err({ kind: 'unreachable', reason: 'the forwarder gave no answer' });
    } catch (error) {
      this.adopted = false;
      const reason = error instanceof Error ? error.message : String(error);
      return err({ kind: 'unreachable', reason });
    }
  }

  /** What the forwarder says of itself; `undefined` when none answers. */
  async status(): Promise<ForwarderStatus | undefined> {
    try {
      return (await this.call({ kind: 'status' }, STATUS_TIMEOUT_MS)).status;
    } catch {
      return undefined;
    }
  }

  /** Finds the forwarder of an earlier service; false when there is none to go on with. */
  private async adopt(): Promise<boolean> {
    await this.ownFolders();
    const found = (await this.status()) ?? (await this.waitForHanging());
    if (found === undefined) return false;
    if (found.folder !== this.place.folder) {
      throw new Error(`${this.place.socket} belongs to the forwarder of ${found.folder}`);
    }
    if (found.protocol !== PROTOCOL) {
      await this.retire(found);
      return false;
    }
    this.adopted = true;
    this.note('forwarder-adopted', `the forwarder runs on as pid ${found.pid}`);
    return true;
  }

  private async start(): Promise<void> {
    const drainMs = this.options.drainMs ?? DRAIN_MS;
    const launched = launchForwarder({ place: this.place, drainMs });
    const status = await this.until(START_TIMEOUT_MS, launched);
    if (status === undefined) {
      throw new Error(`the forwarder did not start: ${launched.ended() ?? 'no answer in time'}`);
    }
    this.adopted = true;
    this.note('forwarder-started', `the forwarder runs as pid ${status.pid}`);
  }

  /** A recorded process that lives is given time to answer; then it hangs, and is ended. */
  private async waitForHanging(): Promise<ForwarderStatus | undefined> {
    const record = await readRecord(this.place.record);
    if (record === undefined || !isAlive(record)) return undefined;
    const answered = await this.until(PATIENCE_MS, {
      ended: () => (isAlive(record) ? undefined : 'it is gone'),
    });
    if (answered !== undefined || !isAlive(record)) return answered;
    this.note('forwarder-hangs', `the forwarder, pid ${record.pid}, does not answer: ended`);
    process.kill(record.pid, 'SIGKILL');
    return undefined;
  }

  /** Another version's forwarder gives its addresses back and drains what it has. */
  private async retire(found: ForwarderStatus): Promise<void> {
    const message = `the forwarder, pid ${found.pid}, is of another version: replaced`;
    this.note('forwarder-retired', message);
    await this.call({ kind: 'shutdown' }, STATUS_TIMEOUT_MS);
  }

  private async until(limitMs: number, launched: Launched): Promise<ForwarderStatus | undefined> {
    const { clock } = this.options;
    const end = clock.monotonic() + limitMs;
    while (clock.monotonic() < end && launched.ended() === undefined) {
      const status = await this.status();
      if (status !== undefined) return status;
      await pause(LOOK_MS);
    }
    return undefined;
  }

  private call(request: ControlRequest, timeoutMs: number): Promise<ControlAnswer> {
    return controlCall(this.place.socket, request, timeoutMs);
  }

  private async ownFolders(): Promise<void> {
    await ownFolder(this.place.folder);
    await ownFolder(dirname(this.place.socket));
  }

  private note(event: string, message: string): void {
    this.options.log({ level: 'info', event, message });
  }
}
