import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssertionFailed, err, ok, type Result } from '@ekiden/kernel';
import type { Fetcher } from '@ekiden/fetcher';
import type { HostFailure, TaskSpec } from '@ekiden/host';
import { containerConfig, type ContainerConfig } from './container-config.js';
import { ownerOf } from './container-labels.js';
import { containerName } from './container-names.js';
import type { Engine } from './engine.js';
import type { EngineFailure } from './engine-call.js';
import { GIVEN_UP, isGone, plainWords, unreachable } from './engine-failures.js';
import type { Images } from './images.js';
import { failureOfCreate, isImageMissing } from './launch-failures.js';
import { missingVolume } from './local-volumes.js';
import { loginInSandbox, registryLogin } from './registry-login.js';
import { packSandbox } from './sandbox-archive.js';
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
    const missing = await missingVolume(this.parts.engine, spec);
    if (missing !== undefined) return err(missing);
    if (spec.fetch.length === 0) return this.build(spec, config.value, undefined, signal);
    // For nobody else on this machine, but for everybody in the container, whoever it runs as.
    const closed = await mkdtemp(join(tmpdir(), 'ekiden-fetch-')).catch(noFolder);
    if (typeof closed !== 'string') return err(closed);
    const files = join(closed, 'sandbox');
    try {
      await mkdir(files);
      await chmod(files, 0o755);
      const fetched = await this.parts.fetcher.fetch(spec.fetch, files, signal);
      if (!fetched.ok) return fetched;
      return await this.build(spec, config.value, files, signal);
    } catch (error) {
      if (error instanceof AssertionFailed) throw error;
      return err(noFolder(error));
    } finally {
      await rm(closed, { recursive: true, force: true }).catch(() => undefined);
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
    let made = await this.create(spec, config, signal);
    if (made === 'imageMissing') {
      const pulled = await this.pull(config.Image, files, signal);
      if (!pulled.ok) return pulled;
      made = await this.create(spec, config, signal);
    }
    if (made === 'imageMissing') {
      const message = `Image ${config.Image} is not on the engine after it was pulled`;
      return err({ kind: 'imageUnavailable', image: config.Image, message });
    }
    if (!made.ok) return made;
    const filled = await this.fill(made.value, files, signal);
    if (filled.ok && !signal.aborted) return made;
    await this.parts.engine.removeUnstarted(made.value);
    return filled.ok ? err(GIVEN_UP) : filled;
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

  private async create(
    spec: TaskSpec,
    config: ContainerConfig,
    signal: AbortSignal,
  ): Promise<Made | 'imageMissing'> {
    const name = containerName(spec.taskId);
    const created = await this.ask(name, config, signal);
    if (created.ok) return created;
    if (created.error.kind !== 'refused') return err(unreachable(this.parts.engine, created.error));
    if (isImageMissing(created.error)) return 'imageMissing';
    if (created.error.status !== 409) return err(failureOfCreate(created.error));
    const cleared = await this.clearName(name, spec);
    if (!cleared.ok) return cleared;
    const again = await this.ask(name, config, signal);
    if (again.ok) return again;
    if (again.error.kind !== 'refused') return err(unreachable(this.parts.engine, again.error));
    return err(failureOfCreate(again.error));
  }

  /** Waits for its turn; whoever was given up meanwhile asks for nothing any more. */
  private ask(
    name: string,
    config: ContainerConfig,
    signal: AbortSignal,
  ): Promise<Result<string, EngineFailure>> {
    const { engine, creates } = this.parts;
    return creates.run(() => {
      if (!signal.aborted) return engine.create(name, config);
      return Promise.resolve(err({ kind: 'aborted', message: GIVEN_UP.message }));
    });
  }

  /** The name is taken: by what an earlier launch of this task left behind, or by somebody else. */
  private async clearName(name: string, spec: TaskSpec): Promise<Result<void, HostFailure>> {
    const { engine, cluster } = this.parts;
    const found = await engine.inspect(name);
    if (!found.ok) {
      return isGone(found.error) ? ok(undefined) : err(unreachable(engine, found.error));
    }
    const { Id: id, State: state, Config: there } = found.value;
    const owner = ownerOf(there.Labels, cluster);
    if (owner?.taskId !== spec.taskId) {
      const message = `A container named ${name} exists that is not of this cluster`;
      return err({ kind: 'engineRefused', message });
    }
    if (state.Status !== 'created') {
      const message = `Task ${spec.taskId} has run on this host before`;
      return err({ kind: 'alreadyRan', message });
    }
    if (owner.epoch > spec.epoch) {
      const message = `A later term of the service has prepared task ${spec.taskId} already`;
      return err({ kind: 'alreadyRan', message });
    }
    const removed = await engine.removeUnstarted(id);
    if (removed.ok || isGone(removed.error)) return ok(undefined);
    return err(unreachable(engine, removed.error));
  }

  /** Fetched files go into the container itself, so that it makes no difference where its engine is. */
  private async fill(
    id: string,
    files: string | undefined,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>> {
    if (files === undefined) return ok(undefined);
    const { engine } = this.parts;
    const archive = packSandbox(files);
    const put = await engine.putArchive(id, archive.stream, '/', signal);
    archive.stream.destroy();
    if (put.ok) return ok(undefined);
    const broken = archive.failure();
    if (broken === undefined && put.error.kind !== 'refused') {
      return err(unreachable(engine, put.error));
    }
    const why = broken?.message ?? plainWords(put.error.message);
    const message = `Fetched files cannot be put into the container: ${why}`;
    return err({ kind: 'sandbox', message });
  }
}

function noFolder(error: unknown): HostFailure {
  const why = error instanceof Error ? error.message : String(error);
  return { kind: 'sandbox', message: `No place for fetched files: ${why}` };
}
