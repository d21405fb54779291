import { ChanceIdSource, seconds } from '@ekiden/kernel';
import type { Logger } from 'pino';
import { SystemChance, SystemClock, SystemTimers } from '../adapters/machine/index.js';
import { createHttpServer } from '../api/index.js';
import { explainQueue } from '../core/matching/index.js';
import { DEFAULT_SETTINGS } from '../core/turn/index.js';
import { Service } from '../runtime/index.js';
import type { Settings } from '../settings/index.js';
import { choosePort } from './choose-port.js';
import { claimDataDirectory } from './data-directory.js';
import { logTo } from './log.js';
import { openHosts } from './open-hosts.js';
import { openRouter } from './open-router.js';
import { StoreHolder } from './open-store.js';
import { packageVersion } from './package-version.js';

export interface RunningService {
  /** Resolves when the service cannot go on by itself. */
  readonly failed: Promise<Error>;
  /** Stops serving and gives up leadership; tasks run on. */
  stop(): Promise<void>;
}

/** Puts all parts together and starts them: answering first, leading as soon as it can. */
export async function startService(written: Settings, logger: Logger): Promise<RunningService> {
  const httpPort = await choosePort(written.httpPort, written.httpAddress);
  const settings: Settings = { ...written, httpPort };
  const log = logTo(logger);
  const clock = new SystemClock();
  const timers = new SystemTimers();
  const chance = new SystemChance();
  const directory = await claimDataDirectory(settings.dataDir);
  const address = `${settings.hostname}:${settings.httpPort}`;
  const store = new StoreHolder(
    {
      dataDir: settings.dataDir,
      databaseUrl: settings.databaseUrl,
      address,
      leaseMs: settings.leaseSeconds * 1000,
    },
    clock,
    log,
  );
  const { hosts, prober } = await openHosts(settings, { clock, timers, log, hostLog: logger });
  const service = new Service({
    openStore: (signal, waitingFor) => store.open(signal, waitingFor),
    hosts,
    prober,
    clock,
    timers,
    traffic: openRouter(settings, { clock, log }),
    ids: new ChanceIdSource(chance),
    chance,
    settings: {
      ...DEFAULT_SETTINGS,
      unknownDependency: settings.unknownDependency,
      agentSilence: seconds(settings.agentTimeoutSeconds),
    },
    log,
    address,
    mailboxCapacity: settings.mailboxCapacity,
    requestTimeout: seconds(settings.requestTimeoutSeconds),
    eventsKept: settings.eventsKept,
  });
  const lived = service.start();
  const http = await createHttpServer({
    door: service,
    identity: {
      hostname: settings.hostname,
      httpPort: settings.httpPort,
      version: await packageVersion(),
    },
    log: logger,
    explainQueue,
  });
  const stop = async (): Promise<void> => {
    await http.close();
    await service.stop();
    await store.close();
    await directory.release();
  };
  try {
    await http.listen(settings.httpPort, settings.httpAddress);
  } catch (error) {
    await stop();
    throw explained(error, settings);
  }
  announce(settings, logger);
  return { failed: failureOf(lived), stop };
}

/** What to do about the commonest reason not to start. */
function explained(error: unknown, { httpAddress, httpPort }: Settings): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new Error(
    `port ${httpPort} of ${httpAddress} is taken by another process; ` +
      'stop that one, or choose another port with --http-port or EKIDEN_HTTP_PORT',
    { cause: error },
  );
}

function failureOf(lived: Promise<void>): Promise<Error> {
  return new Promise((resolve) => {
    lived.catch((error: unknown) => {
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
