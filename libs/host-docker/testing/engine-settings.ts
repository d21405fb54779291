import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificates } from './certificates.js';
import type { EngineSlot } from './engine-slot.js';
import { runCommand } from './run-command.js';

const TLS_PORT = 2376;

export interface TestEngineOptions {
  /** Containers run on while the engine is away. */
  readonly liveRestore?: boolean;
  /** The engine also listens at its address, for clients with a certificate. */
  readonly tls?: boolean;
  /** Its data is on a disk of its own, of so many MiB. */
  readonly diskMiB?: number;
}

export interface EngineTls {
  /** `tcp://address:port` */
  readonly url: string;
  /** Folder with the client's `ca.pem`, `cert.pem` and `key.pem`. */
  readonly certPath: string;
}

/** Writes the configuration of both daemons into the slot's folder, with certificates if wanted. */
export async function writeSettings(
  slot: EngineSlot,
  options: TestEngineOptions,
): Promise<EngineTls | undefined> {
  const { root } = slot;
  const containerdSocket = join(root, 'containerd.sock');
  await writeFile(join(root, 'containerd.toml'), containerdSettings(root, containerdSocket));
  const hosts = [`unix://${socketOf(slot)}`];
  const settings = {
    hosts,
    containerd: containerdSocket,
    'data-root': dataRootOf(slot),
    'exec-root': join(root, 'exec'),
    pidfile: join(root, 'docker.pid'),
    group: 'root',
    bip: `${slot.bridgeAddress}/24`,
    'live-restore': options.liveRestore === true,
    ...(await identity(root)),
  };
  const file = join(root, 'daemon.json');
  if (options.tls !== true) {
    await writeFile(file, JSON.stringify(settings));
    return undefined;
  }
  const { server, client } = await makeCertificates(join(root, 'tls'), slot.address);
  const url = `tcp://${slot.address}:${TLS_PORT}`;
  hosts.push(url);
  const verification = {
    tlsverify: true,
    tlscacert: join(client, 'ca.pem'),
    tlscert: join(server, 'cert.pem'),
    tlskey: join(server, 'key.pem'),
  };
  await writeFile(file, JSON.stringify({ ...settings, ...verification }));
  return { url, certPath: client };
}

/** Images, containers and volumes. */
export function dataRootOf(slot: EngineSlot): string {
  return join(slot.root, 'data');
}

export function socketOf(slot: EngineSlot): string {
  return join(slot.root, 'docker.sock');
}

function containerdSettings(root: string, socket: string): string {
  const folder = join(root, 'containerd');
  return [
    'version = 2',
    `root = ${JSON.stringify(join(folder, 'root'))}`,
    `state = ${JSON.stringify(join(folder, 'state'))}`,
    // Neither Kubernetes nor a folder below /opt.
    'disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]',
    '[grpc]',
    `address = ${JSON.stringify(socket)}`,
    '',
  ].join('\n');
}

/**
 * Before version 25 an engine's id comes from a key in /etc/docker, so that all engines of a machine
 * would have the same. Later engines keep it with their data, and refuse the setting.
 */
async function identity(root: string): Promise<Readonly<Record<string, string>>> {
  const version = /version (\d+)/.exec(await runCommand('dockerd', '--version'))?.[1];
  if (Number(version) >= 25) return {};
  await mkdir(join(root, 'identity'));
  return { 'deprecated-key-path': join(root, 'identity', 'key.json') };
}
