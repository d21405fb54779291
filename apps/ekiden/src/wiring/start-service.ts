import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { MetricsRegistry, measureProcess } from '../adapters/metrics/index.js';
import { SystemClock, SystemTimers } from '../adapters/machine/index.js';
import type { Settings } from '../settings/index.js';
import { choosePort } from './choose-port.js';
import { claimDataDirectory } from './data-directory.js';
import { LateDoor } from './late-door.js';
import { logTo } from './log.js';
import { Loggers } from './loggers.js';
import type { OpenService } from './open-service.js';
import { StoreHolder } from './open-store.js';

export interface RunningService {
  /** Resolves when the service answers; rejects when it cannot. */
  readonly listening: Promise<void>;
  /** Resolves when the service cannot go on by itself. */
  readonly failed: Promise<Error>;
  /** Stops serving and gives up leadership, also before either has begun; tasks run on. */
  stop(): Promise<void>;
}

/**
 * Answers first, leads as soon as it can. Most of a start is loading code, so each part is loaded
 * when its turn has come: the HTTP surface while the embedded Postgres starts, and what answering
 * does without (store, hosts, turns) once the service listens. Resolves as soon as there is
 * something to stop.
 */
export async function startService(
  chosen: Settings,
  logger: Logger,
  written: ReadonlyMap<string, string> = new Map(),
): Promise<RunningService> {
  const httpPort = await choosePort(chosen.httpPort, chosen.httpAddress);
  const settings: Settings = { ...chosen, httpPort };
  const directory = await claimDataDirectory(settings.dataDir);
  const clock = new SystemClock();
  const metrics = new MetricsRegistry(clock);
  measureProcess(metrics, clock);
  const timers = new SystemTimers();
  const loggers = new Loggers(logger, timers);
  const tools = { clock, timers, loggers, metrics };
  const door = new LateDoor({ ...tools, limits: settings });
  const store = new StoreHolder(settings, clock, logTo(loggers.of('store')));
  const ending = new AbortController();

  const listen = async (): Promise<NestFastifyApplication> => {
    const { openHttp } = await import('./open-http.js');
    const http = await openHttp(settings, door, { loggers, metrics, written });
    announce(settings, logger);
    return http;
  };
  const lead = async (): Promise<OpenService> => {
    ending.signal.throwIfAborted();
    const openStore = await store.connect();
    const { openService } = await import('./open-service.js');
    const opened = await openService(settings, { ...tools, openStore });
    door.open(opened.service);
    return opened;
  };
  const close = async (): Promise<void> => {
    await store.close();
    await directory.release();
  };

  store.startDatabase();
  const http = listen();
  const leading = http.then(lead);
  return {
    listening: http.then(
      () => undefined,
      async (error: unknown) => {
        await close();
        throw error;
      },
    ),
    failed: failureOf(
      leading.then(({ ended }) => ended),
      ending.signal,
    ),
    stop: async () => {
      ending.abort();
      await (await ifAny(http))?.close();
      await (await ifAny(leading))?.stop();
      await close();
    },
  };
}

function ifAny<T>(started: Promise<T>): Promise<T | undefined> {
  return started.catch(() => undefined);
}

/** Never resolves once the service is being stopped: what breaks off then is no failure. */
function failureOf(lived: Promise<void>, stopping: AbortSignal): Promise<Error> {
  return new Promise((resolve) => {
    lived.catch((error: unknown) => {
      if (stopping.aborted) return;
      resolve(error instanceof Error ? error : new Error(String(error)));
    });
  });
}

function announce(settings: Settings, logger: Logger): void {
  const { httpAddress: address, httpPort: port } = settings;
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  logger.info({ event: 'listening', url }, `serving on ${url}; API docs at ${url}/docs`);
  if (LOOPBACK.test(address)) return;
  logger.warn(
    { event: 'open-to-the-network', address },
    'listening beyond this machine without authentication: whoever reaches this address can run commands here',
  );
}

const LOOPBACK = /^(127\.|::1$|localhost$)/;
