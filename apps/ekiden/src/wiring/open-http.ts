import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { createHttpServer } from '../api/index.js';
import type { MetricsRegistry } from '../adapters/metrics/index.js';
import { explainQueue } from '../core/matching/index.js';
import type { ServiceDoor } from '../ports/index.js';
import type { Settings } from '../settings/index.js';
import { orchestratorSettings } from './orchestrator-settings.js';
import { packageVersion } from './package-version.js';
import { transportRules } from './transport-rules.js';

/** The HTTP surface over a service, listening. */
export async function openHttp(
  settings: Settings,
  door: ServiceDoor,
  { log, metrics }: { readonly log: Logger; readonly metrics: MetricsRegistry },
): Promise<NestFastifyApplication> {
  const { hostname, httpAddress, httpPort } = settings;
  const identity = { hostname, httpPort, version: await packageVersion() };
  const http = await createHttpServer({
    door,
    identity,
    settings: orchestratorSettings(settings),
    log,
    metrics,
    rules: transportRules(settings),
    explainQueue,
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
