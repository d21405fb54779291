import type Docker from 'dockerode';

/** Runs until it is killed, and is killed at once: ending it is no part of what is measured. */
export const COMMAND = 'exec sleep 100000';
export const IMAGE = 'busybox:stable';
const FIRST_PORT = 32_100;
const LABEL = 'ekiden.bench';

/** Create and start through the client library and nothing else. */
export class RawContainers {
  private readonly docker: Docker;
  private made = 0;

  constructor(docker: Docker) {
    this.docker = docker;
  }

  /** Seconds until all of them run, so many at a time. */
  async start(count: number, atOnce: number, withPorts: boolean): Promise<number> {
    const begun = performance.now();
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let at = next++; at < count; at = next++) await this.startOne(at, withPorts);
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
    return (performance.now() - begun) / 1_000;
  }

  async removeAll(): Promise<void> {
    const filters = JSON.stringify({ label: [LABEL] });
    const found = await this.docker.listContainers({ all: true, filters });
    while (found.length > 0) {
      await Promise.all(
        found
          .splice(0, 8)
          .map(({ Id: id }) => this.docker.getContainer(id).remove({ force: true })),
      );
    }
  }

  private async startOne(at: number, withPorts: boolean): Promise<void> {
    this.made += 1;
    const ports = withPorts ? { '8080/tcp': [{ HostPort: String(FIRST_PORT + at) }] } : {};
    const container = await this.docker.createContainer({
      Image: IMAGE,
      Entrypoint: ['/bin/sh', '-c', COMMAND],
      Labels: { [LABEL]: String(this.made) },
      ExposedPorts: withPorts ? { '8080/tcp': {} } : {},
      HostConfig: { NetworkMode: 'bridge', PortBindings: ports },
    });
    await container.start();
  }
}
