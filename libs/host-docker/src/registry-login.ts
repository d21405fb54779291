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

interface DockerConfigFile {
  readonly auths?: Readonly<Record<string, StoredAuth>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

interface StoredAuth {
  readonly auth?: string;
  readonly identitytoken?: string;
}

/** The key of Docker Hub in `config.json`, since Docker 1.0. */
const HUB = 'https://index.docker.io/v1/';
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
  return inlineLogin(old as DockerConfigFile['auths'], registry);
}

/** The registry an image names: what stands before the first slash, if it can be a host. */
export function registryOf(image: string): string {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost';
  return isHost ? first : HUB;
}

async function loginFrom(
  config: DockerConfigFile,
  registry: string,
  helpers = true,
): Promise<RegistryLogin | undefined> {
  const helper = config.credHelpers?.[registry] ?? config.credsStore;
  if (helpers && helper !== undefined && /^[\w.-]+$/.test(helper)) {
    const login = await askHelper(helper, registry);
    if (login !== undefined) return login;
  }
  return inlineLogin(config.auths, registry);
}

function inlineLogin(
  auths: DockerConfigFile['auths'],
  registry: string,
): RegistryLogin | undefined {
  const spellings = [registry, `https://${registry}`, `https://${registry}/v1/`, `${registry}/`];
  const stored = spellings.map((key) => auths?.[key]).find((entry) => entry !== undefined);
  if (stored === undefined) return undefined;
  if (stored.identitytoken !== undefined && stored.identitytoken !== '') {
    return { identitytoken: stored.identitytoken, serveraddress: registry };
  }
  const decoded = Buffer.from(stored.auth ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 1) return undefined;
  return {
    username: decoded.slice(0, colon),
    password: decoded.slice(colon + 1),
    serveraddress: registry,
  };
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
    const { Username, Secret } = JSON.parse(stdout) as {
      readonly Username?: string;
      readonly Secret?: string;
    };
    if (Username === undefined || Secret === undefined) return undefined;
    return Username === '<token>'
      ? { identitytoken: Secret, serveraddress: registry }
      : { username: Username, password: Secret, serveraddress: registry };
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
