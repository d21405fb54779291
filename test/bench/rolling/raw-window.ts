import type Docker from 'dockerode';
import { commandOf, type UpdatePlan } from './update-plan.js';
import { allAre, allGone } from './versions-of.js';

/** The least that an update can take: the engine's requests in a sliding window, nothing else. */
export class RawWindow {
  private readonly docker: Docker;
  private readonly image: string;

  constructor(docker: Docker, image: string) {
    this.docker = docker;
    this.image = image;
  }

  /** Seconds of one update from version 1 to version 2. */
  async update({ instances, window, order }: UpdatePlan): Promise<number> {
    const old = await inLanes(instances, window, () => this.start(1));
    try {
      await allAre(this.docker, 1, instances);
      const begun = performance.now();
      await inLanes(instances, window, async (at) => {
        const victim = old[at] ?? '';
        if (order === 'start-first') old.push(await this.start(2));
        await this.docker.getContainer(victim).remove({ force: true });
        if (order === 'stop-first') old.push(await this.start(2));
      });
      await allAre(this.docker, 2, instances);
      return (performance.now() - begun) / 1_000;
    } finally {
      const left = await this.docker.listContainers({ all: true });
      await inLanes(left.length, window, async (at) => {
        await this.docker.getContainer(left[at]?.Id ?? '').remove({ force: true });
      });
      await allGone(this.docker);
    }
  }

  private async start(version: number): Promise<string> {
    const container = await this.docker.createContainer({
      Image: this.image,
      Entrypoint: ['/bin/sh', '-c', commandOf(version)],
      HostConfig: { NetworkMode: 'bridge' },
    });
    await container.start();
    return container.id;
  }
}

/** Does the work for 0 to `count - 1`, so many at a time; the answers in that order. */
async function inLanes<T>(
  count: number,
  atOnce: number,
  work: (at: number) => Promise<T>,
): Promise<T[]> {
  const answers: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < count; at = next++) answers[at] = await work(at);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
  return answers;
}
