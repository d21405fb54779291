import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const MAIN = join('dist', 'apps', 'ekiden', 'src', 'main.js');
const SOURCES = ['apps', 'libs', 'migrations'];
const BUILD_LIMIT_MS = 180_000;

/**
 * The file to start the service from: what EKIDEN_TEST_SERVICE names, or what is built here, built
 * anew when a source file is younger.
 */
export function builtService(say: (line: string) => void): string {
  const given = process.env['EKIDEN_TEST_SERVICE'];
  if (given !== undefined) return given;
  const main = join(REPOSITORY, MAIN);
  const builtAt = existsSync(main) ? statSync(main).mtimeMs : 0;
  if (builtAt < newestSource()) {
    say('building the service');
    const { status, stdout, error } = spawnSync('npm', ['run', '--silent', 'build'], {
      cwd: REPOSITORY,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: BUILD_LIMIT_MS,
    });
    if (status !== 0) {
      throw new Error(
        `npm run build: ${error?.message ?? `exit code ${status ?? 'none'}`}\n${stdout}`,
      );
    }
  }
  return main;
}

/** When the youngest file that goes into the build was written, in milliseconds. */
function newestSource(): number {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => isSource(file))
      .map((file) => join(REPOSITORY, folder, file)),
  );
  return Math.max(
    0,
    ...files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0),
  );
}

function isSource(file: string): boolean {
  return file.endsWith('.ts') && !file.endsWith('.spec.ts') && !/(^|\/)testing\//.test(file);
}
