import { readSettings } from '../settings/index.js';
import { createLogger } from './log.js';
import { startService } from './start-service.js';

/** Runs the service until it is told to stop; the process's exit code says how it went. */
export async function main(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const settings = readSettings(argv, env);
  const logger = createLogger(settings.logLevel);
  let running: Awaited<ReturnType<typeof startService>>;
  try {
    running = await startService(settings, logger);
  } catch (error) {
    logger.fatal({ event: 'start-failed' }, error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ event: 'stopping', signal }, 'stopping; tasks run on (again to stop at once)');
    void running.stop().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const failure = await running.failed;
  logger.fatal({ event: 'failed' }, failure.message);
  await running.stop();
  process.exit(1);
}
