// Completes package-lock.json after `npm install` against a registry that lacks some packages.
//
// Packages with native parts name one optional package per platform. When the registry does not
// serve one of them, npm leaves it out of the lockfile without a word, and `npm ci` then refuses
// the lockfile as out of step. This adds the missing entries with the platform their name states,
// so that they are fetched on that platform only. Safe to run again; prints what it added.
//
//   node .ci/complete-lockfile.mjs            complete ./package-lock.json
//   node .ci/complete-lockfile.mjs --check    change nothing, exit 1 when entries are missing
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = 'package-lock.json';
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
// The word in a package's name to node's process.arch.
const PROCESSORS = {
  'arm-eabi': 'arm',
  'arm-gnueabihf': 'arm',
  'arm-musleabihf': 'arm',
  arm64: 'arm64',
  ia32: 'ia32',
  loong64: 'loong64',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  x64: 'x64',
};

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const added = [];
for (const [parent, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isResolvable(parent, name)) continue;
    lock.packages[`node_modules/${name}`] = platformEntry(entry, name, range);
    added.push(`${name}@${range}`);
  }
}

for (const name of added) console.log(`missing from the lockfile: ${name}`);
if (added.length === 0) console.log(`${FILE} is complete`);
else if (process.argv.includes('--check')) process.exitCode = 1;
else {
  const { '': root, ...rest } = lock.packages;
  const sorted = Object.entries(rest).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = { '': root, ...Object.fromEntries(sorted) };
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${FILE}: added ${added.length} entries`);
}

/** Whether node's lookup from the folder `parent` upwards finds `name` in the lockfile. */
function isResolvable(parent, name) {
  const folders = parent === '' ? [] : parent.slice('node_modules/'.length).split('/node_modules/');
  for (let depth = folders.length; depth >= 0; depth -= 1) {
    const path = ['', ...folders.slice(0, depth), name].join('/node_modules/').slice(1);
    if (lock.packages[path] !== undefined) return true;
  }
  return false;
}

function platformEntry(parent, name, range) {
  const os = SYSTEMS.find((word) => name.includes(`-${word}-`) || name.includes(`/${word}-`));
  const processor = Object.keys(PROCESSORS).find((word) => new RegExp(`-${word}(-|$)`).test(name));
  if (os === undefined || processor === undefined) {
    throw new Error(`${name} does not name a platform: add it to the lockfile by hand`);
  }
  return {
    version: range.replace(/^[~^]/, ''),
    cpu: [PROCESSORS[processor]],
    ...(parent.dev === true ? { dev: true } : {}),
    ...(name.endsWith('-musl') ? { libc: ['musl'] } : {}),
    ...(name.endsWith('-gnu') && os === 'linux' ? { libc: ['glibc'] } : {}),
    optional: true,
    os: [os],
  };
}
