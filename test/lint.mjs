// `npm run lint`: format, rules, types and unused code side by side; what each says comes in one piece.
import { spawn } from 'node:child_process';

/*
 * ESLint keeps no cache: its rules look at types, which other files can change. Prettier's knows a
 * file by its content, tsc's follows types through the program.
 */
const CACHE = 'node_modules/.cache/lint';
const PARTS = [
  // the longest first
  ['rules', 'eslint', '.'],
  ['format', 'prettier', '--check', '.', '--cache', '--cache-strategy', 'content'],
  ['types', 'tsc', ...types('tsconfig.json')],
  ['types of pure code', 'tsc', ...types('tsconfig.pure.json')],
  ['unused code', 'knip'],
];

function types(config) {
  return ['-p', config, '--noEmit', '--incremental', '--tsBuildInfoFile', `${CACHE}/${config}`];
}

/** Resolves to whether there was nothing to say. */
function run([name, program, ...args]) {
  const begun = performance.now();
  const child = spawn(`node_modules/.bin/${program}`, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => said.push(part));
  return new Promise((resolve) => {
    const over = (trouble) => {
      const seconds = Math.round((performance.now() - begun) / 1_000);
      process.stdout.write(`== ${name}: ${trouble ?? 'fine'} (${seconds} s)\n`);
      if (trouble !== undefined) process.stdout.write(Buffer.concat(said));
      resolve(trouble === undefined);
    };
    child.once('error', (error) => over(error.message));
    child.once('close', (code, signal) => {
      over(code === 0 ? undefined : `exit code ${code ?? signal}`);
    });
  });
}

const verdicts = await Promise.all(PARTS.map(run));
process.exitCode = verdicts.every((fine) => fine) ? 0 : 1;
