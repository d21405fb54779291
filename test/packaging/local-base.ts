import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { docker, linesOf, run } from './run-tool.js';

/*
 * Images made of what this machine has, where no image registry can be reached: Debian from its
 * packages, this machine's Node and npm. They are kept, under a name that tells their content:
 *
 *   docker image rm $(docker image ls -q ekiden-test-base) $(docker image ls -q ekiden-test-postgres)
 */

/** The Debian that the official images of Node build on. */
const SUITE = 'bookworm';
/** Count it up when the recipe below changes. */
const RECIPE = 1;
const MINUTE = 60_000;
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const POSTGRES = fileURLToPath(new URL('local-postgres', import.meta.url));

interface Ingredients {
  /** Where this machine has its Debian packages from; empty = wherever debootstrap looks. */
  readonly mirror: string;
  readonly npmFolder: string;
  readonly npmVersion: string;
  readonly registry: string;
  /** Certificates npm needs besides its own, as PEM; empty = none. */
  readonly certificates: string;
}

/** Debian with Node and npm, configured to install packages as this machine does: a `BASE`. */
export async function localBase(): Promise<string> {
  const ingredients = await findIngredients();
  const image = `ekiden-test-base:${digest([RECIPE, SUITE, process.version, ingredients])}`;
  if (await exists(image)) return image;
  needPackage('debootstrap');
  if (process.getuid?.() !== 0) throw new Error('debootstrap makes a Debian for root only');
  const scratch = mkdtempSync(join(tmpdir(), 'ekiden-base-'));
  try {
    const root = join(scratch, 'root');
    const { mirror } = ingredients;
    const from = mirror === '' ? [] : [mirror];
    await run('debootstrap', ['--variant=minbase', SUITE, root, ...from], {
      limitMs: 10 * MINUTE,
    });
    addNode(root, ingredients);
    const archive = join(scratch, 'root.tar');
    const without = ['./var/cache/apt/*', './var/lib/apt/lists/*', './proc/*', './sys/*'];
    const excluded = without.map((path) => `--exclude=${path}`);
    await run('tar', ['-C', root, ...excluded, '-cf', archive, '.'], { limitMs: 5 * MINUTE });
    await docker('import', '--change', 'CMD ["bash"]', archive, image);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  // The libraries Node needs are Debian's, here as in the image.
  await docker('run', '--rm', image, 'node', '--version');
  return image;
}

/** Postgres 15 on a local base, which takes the variables of the official image. */
export async function localPostgres(base: string): Promise<string> {
  const files = ['Dockerfile', 'entrypoint.sh'].map((name) => readFileSync(join(POSTGRES, name)));
  const image = `ekiden-test-postgres:${digest([base, ...files.map(String)])}`;
  if (await exists(image)) return image;
  await docker('build', '--network=host', '--build-arg', `BASE=${base}`, '-t', image, POSTGRES);
  return image;
}

/** Throws with what to install when a program of a Debian package is missing. */
export function needPackage(name: string): void {
  const folders = ['/usr/sbin', '/usr/bin', '/usr/local/bin'];
  if (folders.some((folder) => existsSync(join(folder, name)))) return;
  throw new Error(`this test needs ${name}: apt-get install --no-install-recommends ${name}`);
}

async function findIngredients(): Promise<Ingredients> {
  const sites = await run('apt-get', [
    ...['indextargets', '--format', '$(SITE)'],
    ...[`Codename: ${SUITE}`, 'Created-By: Packages'],
  ]);
  const cafile = await npm('config', 'get', 'cafile');
  const certificates = cafile === 'null' ? (process.env['NODE_EXTRA_CA_CERTS'] ?? '') : cafile;
  return {
    mirror: linesOf(sites)[0] ?? '',
    npmFolder: join(await npm('root', '--global'), 'npm'),
    npmVersion: await npm('--version'),
    registry: await npm('config', 'get', 'registry'),
    certificates: certificates === '' ? '' : readFileSync(certificates, 'utf8'),
  };
}

function npm(...args: readonly string[]): Promise<string> {
  return run('npm', args);
}

function addNode(root: string, { npmFolder, registry, certificates }: Ingredients): void {
  const bin = join(root, 'usr/local/bin');
  const modules = join(root, 'usr/local/lib/node_modules');
  mkdirSync(modules, { recursive: true });
  cpSync(realpathSync(process.execPath), join(bin, 'node'));
  chmodSync(join(bin, 'node'), 0o755);
  cpSync(realpathSync(npmFolder), join(modules, 'npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(bin, 'npm'));
  const npmrc = [`registry=${registry}`];
  if (certificates !== '') {
    mkdirSync(join(root, 'etc/ssl/certs'), { recursive: true });
    writeFileSync(join(root, CERTIFICATES), certificates);
    npmrc.push(`cafile=${CERTIFICATES}`);
  }
  writeFileSync(join(root, 'root/.npmrc'), `${npmrc.join('\n')}\n`);
}

async function exists(image: string): Promise<boolean> {
  return (await docker('image', 'ls', '--quiet', image)) !== '';
}

function digest(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
}
