import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { assertNever } from '@ekiden/kernel';
import { SystemClock } from '../../machine/index.js';
import { BoundedLog } from './bounded-log.js';
import { ControlServer } from './control-server.js';
import type { RouterLimits } from './limits.js';
import { RoutesAtWork } from './routes-at-work.js';
import { ownFolder, readJson, recordOf, writeWhole, type ProcessRecord } from '../process/index.js';
import type { RouterPlace } from './router-place.js';
import {
  PROTOCOL,
  type ControlAnswer,
  type ControlRequest,
  type RouterStatus,
} from './protocol.js';

/** What the process is started with, as one JSON argument. */
export interface RouterOrder {
  readonly place: RouterPlace;
  readonly limits: RouterLimits;
}

const REBIND_MS = 2_000;
const LOG_MAX_BYTES = 1024 * 1024;

/** How often the process looks whether it is still wanted. */
const LOOK_MS = 1_000;

/** Without a route, and without a service that asks, there is nothing to stay for. */
const UNUSED_MAX_MS = 60_000;

/** For the answer to the one who ended us to get out. */
const LAST_WORDS_MS = 50;

/** A router as a process of its own, from its start to its end. */
export class RouterProcess {
  private readonly order: RouterOrder;
  private readonly clock = new SystemClock();
  private readonly log: BoundedLog;
  private readonly routes: RoutesAtWork;
  private readonly control: ControlServer;
  private usedAt = this.clock.monotonic();
  private ending = false;

  constructor(order: RouterOrder) {
    this.order = order;
    this.log = new BoundedLog(order.place.log, LOG_MAX_BYTES, this.clock);
    this.routes = new RoutesAtWork({
      limits: order.limits,
      rebindMs: REBIND_MS,
      clock: this.clock,
      log: (message) => {
        this.log.write(message);
      },
    });
    this.control = new ControlServer(order.place.socket, (request) => this.answer(request));
  }

  async run(): Promise<void> {
    process.on('uncaughtException', (error) => {
      this.log.write(`failed: ${error.stack ?? error.message}`);
      process.exit(1);
    });
    process.on('SIGHUP', () => undefined);
    process.on('SIGTERM', () => this.end('told to end'));
    process.on('SIGINT', () => this.end('told to end'));
    await this.control.open();
    await writeWhole(this.order.place.record, `${JSON.stringify(recordOf(process.pid))}\n`);
    this.log.write(`started, pid ${process.pid}, protocol ${PROTOCOL}`);
    this.lookAgain();
  }

  private async answer(request: ControlRequest): Promise<ControlAnswer> {
    this.usedAt = this.clock.monotonic();
    switch (request.kind) {
      case 'status':
      case 'watch':
        return { status: this.status() };
      case 'apply': {
        const applied = await this.routes.apply(request.table, request.vhosts);
        return { status: this.status(), applied };
      }
      case 'traffic':
        return { status: this.status(), traffic: this.routes.traffic() };
      case 'shutdown':
        this.end('told to end by the service');
        return { status: this.status() };
      default:
        return assertNever(request);
    }
  }

  private status(): RouterStatus {
    const { connections, routes } = this.routes;
    return {
      protocol: PROTOCOL,
      pid: process.pid,
      folder: this.order.place.folder,
      ...this.routes.version,
      routes,
      connections,
      failed: this.routes.failed(),
    };
  }

  private lookAgain(): void {
    setTimeout(() => {
      void this.look().then(() => {
        this.lookAgain();
      });
    }, LOOK_MS);
  }

  private async look(): Promise<void> {
    if (this.ending) return;
    const { record, socket } = this.order.place;
    // What cannot be read now may be read later; what is gone is gone.
    const found = await readJson<ProcessRecord>(record).catch(() => recordOf(process.pid));
    if (found === undefined) process.exit(0);
    if (found.pid !== process.pid) {
      // The socket is the successor's by now: closing ours would remove it.
      this.end('another router has taken over', { keepSocket: true });
      return;
    }
    if (!existsSync(socket)) await this.reopen();
    const unusedFor = this.clock.monotonic() - this.usedAt;
    const { routes, connections } = this.routes;
    if (unusedFor > UNUSED_MAX_MS && routes + connections === 0) this.end('not used any more');
  }

  /** Temporary folders are swept from time to time; without its socket nobody could adopt us. */
  private async reopen(): Promise<void> {
    this.control.close();
    const { socket } = this.order.place;
    const opened = ownFolder(dirname(socket)).then(() => this.control.open());
    await opened.catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.write(`the control socket is gone: ${reason}`);
    });
  }

  private end(why: string, { keepSocket = false } = {}): void {
    if (this.ending) return;
    this.ending = true;
    this.log.write(`ending: ${why}; ${this.routes.connections} connections`);
    if (!keepSocket) this.control.close();
    void this.routes.close().then(() => {
      setTimeout(() => process.exit(0), LAST_WORDS_MS);
    });
  }
}
