import Docker from 'dockerode';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { clearSlot } from './clear-slot.js';
import { EngineDaemon } from './engine-daemon.js';
import { makeNetwork } from './engine-network.js';
import { claimSlot, type ClaimedSlot } from './engine-slot.js';
import { runCommand } from './run-command.js';
import {
  dataRootOf,
  socketOf,
  writeSettings,
  type EngineTls,
  type TestEngineOptions,
} from './engine-settings.js';

const START_LIMIT_MS = 15_000;
/** Engines give containers 10 s to end, all at the same time. */
const STOP_LIMIT_MS = 15_000;
const KILL_LIMIT_MS = 5_000;

/**
 * A real Docker engine for one test, apart from all others of the machine: own data, own containerd,
 * own network namespace. Ports that its containers publish answer at `address`, so several engines
 * may publish the same. Needs root, dockerd, containerd, iproute2, iptables and, for TLS, openssl.
 *
 * `stop` and `kill` end dockerd alone. containerd and with it the containers' shims go on, as on a
 * machine where systemd runs both; whether containers survive is up to live-restore.
 */
export class TestEngine {
  readonly socketPath: string;
  /** The socket as DOCKER_HOST has it. */
  readonly url: string;
  /** Folder of its images, containers and volumes. */
  readonly dataRoot: string;
  /** Where this machine reaches the engine's published ports. */
  readonly address: string;
  /** Where the engine and its containers reach this machine, for servers that listen there. */
  readonly hostAddress: string;
  /** The gateway of the containers on the default bridge. */
  readonly bridgeAddress: string;
  readonly docker: Docker;
  readonly tls: EngineTls | undefined;
  private readonly slot: ClaimedSlot;
  private containerd: EngineDaemon | undefined;
  private dockerd: EngineDaemon | undefined;
  private disposal: Promise<void> | undefined;

  private constructor(slot: ClaimedSlot, tls: EngineTls | undefined) {
    this.slot = slot;
    this.socketPath = socketOf(slot);
    this.url = `unix://${this.socketPath}`;
    this.dataRoot = dataRootOf(slot);
    this.address = slot.address;
    this.hostAddress = slot.hostAddress;
    this.bridgeAddress = slot.bridgeAddress;
    this.docker = new Docker({ socketPath: this.socketPath });
    this.tls = tls;
  }

  /** A new engine that runs. Whoever makes it calls `dispose`, whatever happens. */
  static async make(options: TestEngineOptions = {}): Promise<TestEngine> {
    if (process.getuid?.() !== 0) throw new Error('Test engines can only be started by root.');
    const slot = await claimSlot();
    try {
      await makeNetwork(slot);
      const tls = await writeSettings(slot, options);
      if (options.diskMiB !== undefined) await mountDisk(dataRootOf(slot), options.diskMiB);
      const engine = new TestEngine(slot, tls);
      await engine.start();
      return engine;
    } catch (error) {
      await clearSlot(slot);
      await slot.release();
      throw error;
    }
  }

  /** Starts dockerd, again after `stop` or `kill`; returns when it answers. */
  async start(): Promise<void> {
    if (this.dockerd?.isRunning === true) return;
    const { root } = this.slot;
    if (this.containerd?.isRunning !== true) {
      this.containerd = new EngineDaemon(this.slot, 'containerd', [
        ...['--config', join(root, 'containerd.toml')],
      ]);
    }
    // After a SIGKILL the old pid is still there, and may be another process's by now.
    await rm(join(root, 'docker.pid'), { force: true });
    this.dockerd = new EngineDaemon(this.slot, 'dockerd', [
      ...['--config-file', join(root, 'daemon.json')],
    ]);
    await this.answers(this.dockerd, this.containerd);
  }

  /** SIGTERM to dockerd; returns when it is gone. Without live-restore it stops its containers. */
  async stop(): Promise<void> {
    await this.dockerd?.end('SIGTERM', STOP_LIMIT_MS);
  }

  /** SIGKILL to dockerd, and to nothing else. */
  async kill(): Promise<void> {
    await this.dockerd?.end('SIGKILL', KILL_LIMIT_MS);
  }

  /** Removes containers, engine, network and folder; may be called in any state and repeatedly. */
  dispose(): Promise<void> {
    this.disposal ??= this.clear();
    return this.disposal;
  }

  private async clear(): Promise<void> {
    await clearSlot(this.slot);
    await Promise.all([this.dockerd?.ended, this.containerd?.ended]);
    await this.slot.release();
  }

  private async answers(dockerd: EngineDaemon, containerd: EngineDaemon): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MS;
    for (;;) {
      const isUp = await this.docker.ping().then(
        () => true,
        () => false,
      );
      if (isUp) return;
      for (const daemon of [containerd, dockerd]) {
        if (!daemon.isRunning) throw daemon.complaint('ended at once');
      }
      if (performance.now() > deadline) throw dockerd.complaint('does not answer');
      await delay(20);
    }
  }
}

/** Unmounted by `clearSlot`, as all that is below a slot's folder. */
async function mountDisk(folder: string, sizeMiB: number): Promise<void> {
  await mkdir(folder, { mode: 0o711 });
  await runCommand('mount', '-t', 'tmpfs', '-o', `size=${sizeMiB}m,mode=711`, 'tmpfs', folder);
}
