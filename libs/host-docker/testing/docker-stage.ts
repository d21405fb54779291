import { mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { millis, type Clock, type Millis, type TaskId } from '@ekiden/kernel';
import { Fetcher } from '@ekiden/fetcher';
import { readAll, taskSpec, until, type ContractHost } from '@ekiden/host/contract';
import type { ContainerSpec, TaskSpec } from '@ekiden/host';
import { DockerExecutor, Engine, type DockerExecutorOptions } from '@ekiden/host-docker';
import { busyboxImage } from './busybox-image.js';

const SOCKET = '/var/run/docker.sock';

class MachineClock implements Clock {
  now(): Millis {
    return millis(Date.now());
  }
  monotonic(): Millis {
    return millis(performance.now());
  }
}

/** What a container of the test image needs, with nothing else said. */
export function busyboxContainer(changes: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    image: 'busybox:stable',
    forcePullImage: false,
    privileged: false,
    network: { kind: 'bridge' },
    ports: [],
    volumes: [],
    parameters: [],
    tty: false,
    ...changes,
  };
}

export interface StageOptions {
  /** How executors reach the engine, where it is not the socket itself. */
  readonly engine?: Engine;
  readonly executor?: Partial<Pick<DockerExecutorOptions, 'tempo' | 'engineCpus' | 'dockerConfig'>>;
}

/** A cluster of its own on an engine, and executors for it; `dispose` leaves nothing behind. */
export class DockerStage implements ContractHost {
  readonly cluster = `test-${randomUUID()}`;
  readonly docker: Docker;
  readonly engine: Engine;
  readonly folder: string;
  readonly clock = new MachineClock();
  private readonly options: StageOptions;
  private readonly opened: DockerExecutor[] = [];

  private constructor(socketPath: string, folder: string, options: StageOptions) {
    this.docker = new Docker({ socketPath, host: '', protocol: 'http' });
    this.engine = options.engine ?? new Engine({ kind: 'unix', socketPath });
    this.folder = folder;
    this.options = options;
  }

  /** `socketPath`: where the stage itself looks at the engine and clears up. */
  static async make(socketPath = SOCKET, options: StageOptions = {}): Promise<DockerStage> {
    const folder = await mkdtemp(join(tmpdir(), 'ekiden-docker-'));
    const stage = new DockerStage(socketPath, folder, options);
    await busyboxImage(stage.docker);
    return stage;
  }

  async open(): Promise<DockerExecutor> {
    const fetcher = await Fetcher.open({
      cacheDir: join(this.folder, `cache-${this.opened.length}`),
      fetchRoot: this.folder,
      clock: this.clock,
      log: { info: () => undefined, warn: () => undefined },
    });
    const executor = new DockerExecutor({
      engine: this.engine,
      cluster: this.cluster,
      clock: this.clock,
      fetcher,
      logDir: join(this.folder, 'logs'),
      engineCpus: 2,
      ...this.options.executor,
    });
    this.opened.push(executor);
    return executor;
  }

  async output(taskId: TaskId): Promise<string> {
    const last = this.opened.at(-1);
    if (last === undefined) return '';
    const { signal } = new AbortController();
    const request = { stream: 'stdout', follow: false, signal } as const;
    const answer = await last.readOutput(taskId, request);
    return answer.ok ? readAll(last, taskId) : '';
  }

  /** Ids and names of all containers of this cluster, ended ones too. */
  async containers(): Promise<readonly { readonly id: string; readonly name: string }[]> {
    const filters = JSON.stringify({ label: [`ekiden.cluster=${this.cluster}`] });
    const found = await this.docker.listContainers({ all: true, filters });
    return found.map(({ Id, Names }) => ({ id: Id, name: (Names[0] ?? '').slice(1) }));
  }

  async dispose(): Promise<void> {
    for (const executor of this.opened) await executor.close();
    await until(() => this.isCleared(), 'an engine without containers of this cluster');
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Refusals are followed by another look: an engine may be busy with what has just ended. */
  private async isCleared(): Promise<boolean> {
    const left = await this.containers();
    await Promise.allSettled(
      left.map(({ id }) => this.docker.getContainer(id).remove({ force: true, v: true })),
    );
    return left.length === 0;
  }
}

/** A runnable container task; task ids are unique on an engine. */
export function containerSpec(
  taskId: string,
  changes: Partial<TaskSpec> = {},
  container: Partial<ContainerSpec> = {},
): TaskSpec {
  return taskSpec(taskId, {
    executor: 'docker',
    container: busyboxContainer(container),
    ...changes,
  });
}
