import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';

const SAMPLE_EVERY_MICROS = 500;

/**
 * Profiles of what runs: those that its servers leave in the folder, or, when it starts none that
 * do, one of this process (what is measured runs in it, or it has no profile: an engine, containers).
 */
export async function profiled(folder: string, run: () => Promise<unknown>): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const before = profilesIn(folder);
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_MICROS });
    await session.post('Profiler.start');
    await run();
    const { profile } = await session.post('Profiler.stop');
    if (profilesIn(folder) > before) return;
    writeFileSync(join(folder, 'benchmark.cpuprofile'), JSON.stringify(profile));
  } finally {
    session.disconnect();
  }
}

function profilesIn(folder: string): number {
  return readdirSync(folder).filter((file) => file.endsWith('.cpuprofile')).length;
}
