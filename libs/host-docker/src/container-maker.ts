import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { err, ok, type Result } from '@ekiden/kernel';
import type { Fetcher } from '@ekiden/fetcher';
import type { HostFailure, TaskSpec } from '@ekiden/host';
import { create } from 'tar';
import { containerConfig, SANDBOX, type ContainerConfig } from './container-config.js';
import { containerName, ownerOf } from './container-labels.js';
import type { Engine } from './engine.js';
import type { EngineFailure } from './engine-call.js';
import type { Images } from './images.js';
import { failureOfCreate, isImageMissing } from './launch-failures.js';
import { loginInSandbox, registryLogin } from './registry-login.js';
import type { StartGate } from './start-gate.js';

export interface ContainerMakerParts {
  readonly engine: Engine;
  readonly cluster: string;
  readonly images: Images;
  readonly creates: StartGate;
  readonly fetcher: Fetcher;
  /** Folder of Docker's `config.json`; absent = the service's own. */
  readonly dockerConfig: string | undefined;
}

type Made = Result<string, HostFailure>;

/** Makes containers that are ready to be started, or leaves nothing behind. */
export class ContainerMaker {
  private readonly parts: ContainerMakerParts;

  constructor(parts: ContainerMakerParts) {
    this.parts = parts;
  }

  /** The id of the new container. */
  async make(spec: TaskSpec, signal: AbortSignal): Promise<Made> {
    const config = containerConfig(this.parts.cluster, spec);
    if (!config.ok) return config;
    if (spec.fetch.length === 0) return this.build(spec, config.value, undefined, signal);
    const files = await mkdtemp(join(tmpdir(), 'ekiden-fetch-'));
    try {
      const fetched = await this.parts.fetcher.fetch(spec.fetch, files, signal);
      if (!fetched.ok) return fetched;
      return await this.build(spec, config.value, files, signal);
    } finally {
      await rm(files, { recursive: true, force: true });
    }
  }

  private async build(
    spec: TaskSpec,
    config: ContainerConfig,
    files: string | undefined,
    signal: AbortSignal,
  ): Promise<Made> {
    if (spec.container?.forcePullImage === true) {
      const pulled = await this.pull(config.Image, files, signal);
      if (!pulled.ok) return pulled;
    }
    let made = await this.create(spec, config);
    if (made === 'imageMissing') {
      const pulled = await this.pull(config.Image, files, signal);
      if (!pulled.ok) return pulled;
      made = await this.create(spec, config);
    }
    if (made === 'imageMissing') {
      const message = `Image ${config.Image} is not on the engine after it was pulled`;
      return err({ kind: 'imageUnavailable', image: config.Image, message });
    }
    if (!made.ok) return made;
    const filled = await this.fill(made.value, files);
    if (filled.ok && !signal.aborted) return made;
    await this.parts.engine.remove(made.value);
    return filled.ok ? err({ kind: 'cancelled', message: 'The launch was given up' }) : filled;
  }

  private async pull(
    image: string,
    files: string | undefined,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>> {
    const brought = files === undefined ? undefined : await loginInSandbox(image, files);
    const login = brought ?? (await registryLogin(image, this.parts.dockerConfig));
    return this.parts.images.pull(image, login, signal);
  }

  private async create(spec: TaskSpec, config: ContainerConfig): Promise<Made | 'imageMissing'> {
    const { engine, creates } = this.parts;
    const name = containerName(spec.taskId);
    const created = await creates.run(() => engine.create(name, config));
    if (created.ok) return created;
    if (created.error.kind !== 'refused') return err(unreachable(engine, created.error));
    if (isImageMissing(created.error)) return 'imageMissing';
    if (created.error.status !== 409) return err(failureOfCreate(created.error));
    return this.replaceUnstarted(name, spec, config);
  }

  /** The name is taken: by what an earlier launch of this task left behind, or by somebody else. */
  private async replaceUnstarted(
    name: string,
    spec: TaskSpec,
    config: ContainerConfig,
  ): Promise<Made> {
    const { engine, cluster, creates } = this.parts;
    const found = await engine.inspect(name);
    if (!found.ok) return err(unreachable(engine, found.error));
    const { Id: id, State: state, Config: there } = found.value;
    if (ownerOf(there.Labels, cluster)?.taskId !== spec.taskId) {
      const message = `A container named ${name} exists that is not of this cluster`;
      return err({ kind: 'engineRefused', message });
    }
    if (state.Status !== 'created') {
      return err({
        kind: 'alreadyRan',
        message: `Task ${spec.taskId} has run on this host before`,
      });
    }
    await engine.remove(id);
    const again = await creates.run(() => engine.create(name, config));
    if (again.ok) return again;
    if (again.error.kind !== 'refused') return err(unreachable(engine, again.error));
    return err(failureOfCreate(again.error));
  }

  /** Fetched files go into the container itself, so that it makes no difference where its engine is. */
  private async fill(id: string, files: string | undefined): Promise<Result<void, HostFailure>> {
    if (files === undefined) return ok(undefined);
    const archive = Readable.from(
      create({ cwd: files, prefix: SANDBOX.slice(1), portable: true }, ['.']),
    );
    const put = await this.parts.engine.putArchive(id, archive, '/');
    if (put.ok) return ok(undefined);
    if (put.error.kind !== 'refused') return err(unreachable(this.parts.engine, put.error));
    const message = `Fetched files cannot be put into the container: ${put.error.message}`;
    return err({ kind: 'sandbox', message });
  }
}

/** The engine did not answer, or not to the point. */
export function unreachable(engine: Engine, failure: EngineFailure): HostFailure {
  const message = `Docker at ${engine.name}: ${failure.message}`;
  return { kind: failure.kind === 'refused' ? 'engineRefused' : 'engineGone', message };
}
