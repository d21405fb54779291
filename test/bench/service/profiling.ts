import { mkdirSync } from 'node:fs';
import type { RunHow } from '../benchmark.js';

/** Flags for a Node that is to leave a CPU profile behind when it ends. */
export function profileFlags({ profileInto }: RunHow): readonly string[] {
  if (profileInto === undefined) return [];
  mkdirSync(profileInto, { recursive: true });
  return ['--cpu-prof', `--cpu-prof-dir=${profileInto}`];
}
