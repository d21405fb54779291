import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a registry wants to know before it hands out an image. Secret: never shown, never logged. */
export interface RegistryLogin {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

/** Written by people and programs: nothing about its content is certain. */
interface DockerConfigFile {
  readonly auths?: unknown;
  readonly credHelpers?: unknown;
  readonly credsStore?: unknown;
}

/** The key of Docker Hub in `config.json`, since Docker 1.0. */
const HUB = 'https://index.docker.io/v1/';
const HUB_HOSTS: ReadonlySet<string> = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
]);
const HELPER_TIMEOUT_MS = 20_000;

/**
 * Credentials for the registry of an image, from `config.json` as `docker login` writes it: inline or
 * by a credential helper. `folder` is where that file lies, default `$DOCKER_CONFIG` or `~/.docker`;
 * read anew each time, so that a new login counts at once. `undefined` = ask without credentials.
 */
export async function registryLogin(
  image: string,
  folder = process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'),
): Promise<RegistryLogin | undefined> {
  const config = await readConfig(join(folder, 'config.json'));
  return config === undefined ? undefined : loginFrom(config, registryOf(image));
}

/**
 * Credentials that came with the task: `.docker/config.json` (or the older `.dockercfg`) among its
 * fetched files, as Marathon's users bring them in a `docker.tar.gz`.
 */
export async function loginInSandbox(
  image: string,
  sandbox: string,
): Promise<RegistryLogin | undefined> {
  const registry = registryOf(image);
  const config = await readConfig(join(sandbox, '.docker', 'config.json'));
  const found = config === undefined ? undefined : await loginFrom(config, registry, false);
  if (found !== undefined) return found;
  const old = await readConfig(join(sandbox, '.dockercfg'));
  if (old === undefined) return undefined;
  return inlineLogin(old, registry);
}

/** The registry an image names: what stands before the first slash, if it can be a host. */
export function registryOf(image: string): string {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost';
  return isHost && !HUB_HOSTS.has(first) ? first : HUB;
}

async function loginFrom(
  config: DockerConfigFile,
  registry: string,
  helpers = true,
): Promise<RegistryLogin | undefined> {
  const helper = fieldOf(config.credHelpers, registry) ?? config.credsStore;
  if (helpers && typeof helper === 'string' && /^[\w.-]+$/.test(helper)) {
    const login = await askHelper(helper, registry);
    if (login !== undefined) return login;
  }
  return inlineLogin(config.auths, registry);
}

function inlineLogin(auths: unknown, registry: string): RegistryLogin | undefined {
  const stored = fieldOf(auths, registry) ?? fieldOf(auths, spellingIn(auths, registry));
  const token = fieldOf(stored, 'identitytoken');
  if (typeof token === 'string' && token !== '') {
    return { identitytoken: token, serveraddress: registry };
  }
  const encoded = fieldOf(stored, 'auth');
  const decoded = Buffer.from(typeof encoded === 'string' ? encoded : '', 'base64').toString();
  const colon = decoded.indexOf(':');
  if (colon < 1) return undefined;
  return {
    username: decoded.slice(0, colon),
    password: decoded.slice(colon + 1),
    serveraddress: registry,
  };
}

/** Registries are written with and without scheme and path: the host and its port decide. */
function spellingIn(auths: unknown, registry: string): string {
  const wanted = hostOf(registry);
  const keys = typeof auths === 'object' && auths !== null ? Object.keys(auths) : [];
  return keys.find((key) => hostOf(key) === wanted) ?? '';
}

function hostOf(address: string): string {
  const host = address.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');
  return HUB_HOSTS.has(host) ? 'docker.io' : host;
}

function fieldOf(of: unknown, key: string): unknown {
  if (typeof of !== 'object' || of === null || !Object.hasOwn(of, key)) return undefined;
  return (of as Readonly<Record<string, unknown>>)[key];
}

/** The protocol of docker-credential-helpers: the registry on stdin, JSON on stdout. */
async function askHelper(helper: string, registry: string): Promise<RegistryLogin | undefined> {
  const asked = promisify(execFile)(`docker-credential-${helper}`, ['get'], {
    timeout: HELPER_TIMEOUT_MS,
  });
  asked.child.stdin?.on('error', () => undefined);
  asked.child.stdin?.end(registry);
  try {
    const { stdout } = await asked;
    const answer: unknown = JSON.parse(stdout);
    const [username, secret] = [fieldOf(answer, 'Username'), fieldOf(answer, 'Secret')];
    if (typeof username !== 'string' || typeof secret !== 'string') return undefined;
    return username === '<token>'
      ? { identitytoken: secret, serveraddress: registry }
      : { username, password: secret, serveraddress: registry };
  } catch {
    return undefined; // no such helper, or it knows nothing of this registry
  }
}

async function readConfig(file: string): Promise<DockerConfigFile | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined; // absent, unreadable or not JSON: the pull without it says what is missing
  }
}
