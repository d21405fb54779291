import { ChanceIdSource, seconds, type Clock } from '@ekiden/kernel';
import type { Timers } from '@ekiden/host';
import { HttpHookCaller } from '../adapters/hooks/index.js';
import { SystemChance } from '../adapters/machine/index.js';
import type { Log, Metrics, ServiceDoor } from '../ports/index.js';
import { Service, type ServiceOptions } from '../runtime/index.js';
import type { Settings } from '../settings/index.js';
import { advertisedAddress } from './advertised-address.js';
import { logTo } from './log.js';
import type { Loggers } from './loggers.js';
import { openHosts } from './open-hosts.js';
import type { OpenRecording } from './open-recording.js';
import { openRouter } from './open-router.js';
import { orchestratorSettings } from './orchestrator-settings.js';

export interface ServiceTools {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly loggers: Loggers;
  readonly metrics: Metrics;
  readonly openStore: ServiceOptions['openStore'];
}

/** The service at work, behind its HTTP surface. */
export interface OpenService {
  readonly service: ServiceDoor;
  /** Rejects when the service cannot go on by itself. */
  readonly ended: Promise<void>;
  /** Gives up leadership; tasks run on. */
  stop(): Promise<void>;
}

/** Puts the parts that do the work together and starts them. */
export async function openService(settings: Settings, tools: ServiceTools): Promise<OpenService> {
  const { clock, timers, loggers, metrics, openStore } = tools;
  const log = logTo(loggers.of('service'));
  const chance = new SystemChance();
  const { hosts, prober } = await openHosts(settings, {
    clock,
    timers,
    log: logTo(loggers.of('hosts')),
    hostLog: loggers.of('hosts'),
  });
  const recording = await recordingTo(settings.recordFile, log);
  const traffic = await openRouter(settings, { clock, log: logTo(loggers.of('router')) });
  const service = new Service({
    openStore,
    hosts,
    prober,
    hookCaller: new HttpHookCaller(),
    clock,
    timers,
    traffic,
    volumeCheck:
      settings.volumeCheckSeconds === 0 ? undefined : seconds(settings.volumeCheckSeconds),
    ids: new ChanceIdSource(chance),
    chance,
    allocator: recording?.allocator,
    settings: orchestratorSettings(settings),
    metrics,
    log,
    address: advertisedAddress(settings),
    mailboxCapacity: settings.mailboxCapacity,
    requestTimeout: seconds(settings.requestTimeoutSeconds),
    eventsKept: settings.eventsKept,
    versionsKept: { versions: settings.versionsKept, roots: settings.rootVersionsKept },
  });
  return {
    service,
    ended: service.start(),
    stop: async () => {
      await service.stop();
      await recording?.close();
    },
  };
}

/** Loaded only where it is asked for. */
async function recordingTo(path: string | undefined, log: Log): Promise<OpenRecording | undefined> {
  if (path === undefined) return undefined;
  const { openRecording } = await import('./open-recording.js');
  return openRecording(path, log);
}
