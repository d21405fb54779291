import { readdir, rm, stat, utimes } from 'node:fs/promises';
import type { Millis } from '@ekiden/kernel';
import type { Layout } from './layout.js';

export interface Retention {
  /** How long the sandbox of a forgotten task is kept. */
  readonly keepFor: Millis;
  /** How many of them are kept at most; the youngest stay. */
  readonly maxCount: number;
}

/** The moment a task is forgotten counts as the sandbox's age. */
export async function stampSandbox(path: string, now: Millis): Promise<void> {
  const seconds = now / 1000;
  await utimes(path, seconds, seconds).catch(() => undefined);
}

/** Deletes sandboxes of forgotten tasks; those of tasks still in the records are never touched. */
export async function sweepSandboxes(
  layout: Layout,
  { keepFor, maxCount }: Retention,
  now: Millis,
): Promise<readonly string[]> {
  // Sandboxes first: one that appears later has its records already.
  const folders = await readdir(layout.sandboxes);
  const recorded = new Set(await readdir(layout.tasks));
  const forgotten: { readonly folder: string; readonly at: number }[] = [];
  for (const folder of folders.filter((name) => !recorded.has(name))) {
    const found = await stat(layout.sandbox(folder)).catch(() => undefined);
    if (found !== undefined) forgotten.push({ folder, at: found.mtimeMs });
  }
  forgotten.sort((a, b) => b.at - a.at);
  const doomed = forgotten.filter(({ at }, index) => index >= maxCount || now - at > keepFor);
  for (const { folder } of doomed) {
    await rm(layout.sandbox(folder), { recursive: true, force: true });
  }
  return doomed.map(({ folder }) => folder);
}
