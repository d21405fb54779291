import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpServer } from '../api/index.js';
import type { MetricsRegistry } from '../adapters/metrics/index.js';
import { inquireQueue } from '../core/matching/index.js';
import type { ServiceDoor } from '../ports/index.js';
import { effectiveSettings, masked, type Settings } from '../settings/index.js';
import type { Loggers } from './loggers.js';
import { orchestratorSettings } from './orchestrator-settings.js';
import { packageVersion } from './package-version.js';
import { transportRules } from './transport-rules.js';

export interface HttpTools {
  readonly loggers: Loggers;
  readonly metrics: MetricsRegistry;
  /** What was written where, for settings that are more than a word. */
  readonly written: ReadonlyMap<string, string>;
}

/** The HTTP surface over a service, listening. */
export async function openHttp(
  settings: Settings,
  door: ServiceDoor,
  { loggers, metrics, written }: HttpTools,
): Promise<NestFastifyApplication> {
  const { databaseUrl, hostname, httpAddress, httpPort, versionsKept } = settings;
  const http = await createHttpServer({
    door,
    identity: {
      hostname,
      httpPort,
      version: await packageVersion(),
      database: databaseUrl === undefined ? null : masked(databaseUrl),
      versionsKept,
    },
    settings: orchestratorSettings(settings),
    config: effectiveSettings(settings, written),
    log: loggers.of('http'),
    logLevels: loggers,
    metrics,
    eventsOutstandingMax: settings.eventsOutstandingMax,
    rules: transportRules(settings),
    exec: {
      isOn: settings.exec === 'on',
      sessionsMax: settings.execSessionsMax,
      idleMs: settings.execIdleSeconds * 1000,
    },
    inquireQueue,
  });
  try {
    await http.listen(httpPort, httpAddress);
  } catch (error) {
    await http.close();
    throw explained(error, { httpAddress, httpPort });
  }
  return http;
}

/** What to do about the commonest reason not to start. */
function explained(
  error: unknown,
  { httpAddress, httpPort }: Pick<Settings, 'httpAddress' | 'httpPort'>,
): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new Error(
    `port ${httpPort} of ${httpAddress} is taken by another process; ` +
      'stop that one, or choose another port with --http-port or EKIDEN_HTTP_PORT',
    { cause: error },
  );
}
