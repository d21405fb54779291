import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { readSettings, type Settings, type SettingsOutcome } from '../settings/index.js';
import { createLogger } from './log.js';
import { packageVersion } from './package-version.js';
import type { RunningService } from './start-service.js';

/** The process this runs in, as far as the service cares. */
export interface Surroundings {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

/** Runs the service until it is told to stop; the process's exit code says how it went. */
export async function main(surroundings: Surroundings): Promise<void> {
  const outcome = readSettings({ ...surroundings, machineName: hostname() });
  switch (outcome.kind) {
    case 'help':
      process.stdout.write(outcome.text);
      return;
    case 'version':
      process.stdout.write(`${await packageVersion()}\n`);
      return;
    case 'refused':
      process.stderr.write(`${outcome.problems.join('\n')}\nTry --help.\n`);
      process.exitCode = 2;
      return;
    case 'settings':
      await run({
        ...outcome,
        settings: withAbsolutePaths(outcome.settings, surroundings.workingDirectory),
      });
  }
}

type Told = Extract<SettingsOutcome, { readonly kind: 'settings' }>;

function withAbsolutePaths(settings: Settings, workingDirectory: string): Settings {
  const { dataDir, fetchRoot, recordFile } = settings;
  return {
    ...settings,
    dataDir: resolve(workingDirectory, dataDir),
    fetchRoot: resolve(workingDirectory, fetchRoot),
    recordFile: recordFile === undefined ? undefined : resolve(workingDirectory, recordFile),
  };
}

async function run({ settings, written, notes }: Told): Promise<void> {
  const logger = createLogger(settings.logLevel);
  for (const { level, message } of notes) logger[level]({ event: 'setting' }, message);
  let running: RunningService;
  try {
    const { startService } = await import('./start-service.js');
    running = await startService(settings, logger, written);
    stopOnSignals(running, logger);
    await running.listening;
  } catch (error) {
    logger.fatal({ event: 'start-failed' }, error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
  const failure = await running.failed;
  logger.fatal({ event: 'failed' }, failure.message);
  await running.stop();
  process.exit(1);
}

function stopOnSignals(running: RunningService, logger: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ event: 'stopping', signal }, 'stopping; tasks run on (again to stop at once)');
    void running.stop().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
