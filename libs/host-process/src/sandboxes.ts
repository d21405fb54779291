import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Millis } from '@ekiden/kernel';
import { chooseDoomed, type Retention } from '@ekiden/host';
import type { Layout } from './layout.js';

/** The moment a task is forgotten counts as the sandbox's age. */
export async function stampSandbox(path: string, now: Millis): Promise<void> {
  const seconds = now / 1000;
  await utimes(path, seconds, seconds).catch(() => undefined);
}

/**
 * Deletes sandboxes of forgotten tasks beyond the retention, the oldest first; those of tasks still
 * in the records are never touched. `bytesWanted`: so much more is to go, because the disk is short.
 */
export async function sweepSandboxes(
  layout: Layout,
  retention: Retention,
  { now, bytesWanted, sizes }: SweepFacts,
): Promise<readonly string[]> {
  // Sandboxes first: one that appears later has its records already.
  const folders = await readdir(layout.sandboxes);
  const recorded = new Set(await readdir(layout.tasks));
  const forgotten: { readonly name: string; readonly at: number; readonly bytes: number }[] = [];
  for (const name of folders.filter((one) => !recorded.has(one))) {
    const path = layout.sandbox(name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    const bytes = sizes.get(name) ?? (await bytesIn(path));
    sizes.set(name, bytes);
    forgotten.push({ name, at: found.mtimeMs, bytes });
  }
  const doomed = chooseDoomed(forgotten, retention, { now, bytesWanted });
  for (const folder of doomed) {
    await rm(layout.sandbox(folder), { recursive: true, force: true });
    await rm(layout.timesOf(folder), { recursive: true, force: true });
    sizes.delete(folder);
  }
  return doomed;
}

export interface SweepFacts {
  readonly now: Millis;
  readonly bytesWanted: number;
  /** What is known of sandboxes that nobody writes to any more. */
  readonly sizes: Map<string, number>;
}

/** What a folder takes on the disk; links count as themselves. */
async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await bytesIn(path);
    else if (entry.isFile()) bytes += (await stat(path).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}
