import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expectGolden, testRun, type GoldenFiles } from '@ekiden/testkit';
import { play } from './scenario/index.js';

const folder = fileURLToPath(new URL('./scenarios/', import.meta.url));

const files: GoldenFiles = {
  read: (name) => (existsSync(folder + name) ? readFileSync(folder + name, 'utf8') : undefined),
  write: (name, text) => writeFileSync(folder + name, text),
};

const update = testRun.updateGolden;

describe('scenarios', () => {
  const scripts = readdirSync(folder).filter((n) => n.endsWith('.txt') && !n.endsWith('.out.txt'));
  for (const name of scripts.sort()) {
    it(name.replace('.txt', '').replaceAll('-', ' '), () => {
      const text = play(readFileSync(folder + name, 'utf8'));
      expectGolden(files, name.replace('.txt', '.out.txt'), { text, update });
    });
  }
});
