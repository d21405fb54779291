import type Docker from 'dockerode';
import { setTimeout as delay } from 'node:timers/promises';
import { UPDATE_LIMIT_MS, commandOf } from './update-plan.js';

/** Between two looks at the engine's own list, which costs it a few ms of CPU. */
const LOOK_EVERY_MS = 100;

/** Waits until so many containers of the version run, and none of any other. */
export async function allAre(docker: Docker, version: number, count: number): Promise<void> {
  const end = performance.now() + UPDATE_LIMIT_MS;
  for (;;) {
    const running = await docker.listContainers();
    const right = running.filter(({ Command: line }) => line.includes(commandOf(version))).length;
    if (right === count && running.length === count) return;
    if (performance.now() > end) {
      throw new Error(`${right} of ${count} are of version ${version}, ${running.length} in all`);
    }
    await delay(LOOK_EVERY_MS);
  }
}

/** Waits until the engine has no container at all. */
export async function allGone(docker: Docker): Promise<void> {
  const end = performance.now() + UPDATE_LIMIT_MS;
  while ((await docker.listContainers({ all: true })).length > 0) {
    if (performance.now() > end) throw new Error('containers stay');
    await delay(LOOK_EVERY_MS);
  }
}
