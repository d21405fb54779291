import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { testRun } from '@ekiden/testkit';
import { STORIES } from './sequence/index.js';

const folder = fileURLToPath(new URL('../../../docs/sequences/', import.meta.url));
const update = testRun.updateGolden;
const BLOCK = /```text\n[^]*?```/;

/** The numbered lines of a story, as its page has them. */
function blockOf(lines: readonly string[]): string {
  const width = String(lines.length).length;
  const numbered = lines.map((line, at) => `${String(at + 1).padStart(width)}. ${line}`);
  return ['```text', ...numbered, '```'].join('\n');
}

describe('docs/sequences', () => {
  for (const [name, story] of Object.entries(STORIES)) {
    it(`${name} is what happens`, () => {
      const file = `${folder}${name}.md`;
      const page = readFileSync(file, 'utf8');
      const block = blockOf(story());
      if (update) {
        writeFileSync(
          file,
          page.replace(BLOCK, () => block),
        );
      } else expect(BLOCK.exec(page)?.[0]).to.equal(block);
    });
  }

  it('has no page without its story, and lists them all', () => {
    const pages = readdirSync(folder).filter((name) => /^\d\d-.*\.md$/.test(name));
    expect(pages.sort()).to.deep.equal(Object.keys(STORIES).map((name) => `${name}.md`));
    const list = readFileSync(`${folder}README.md`, 'utf8');
    for (const name of pages) expect(list).to.include(`](${name})`);
  });
});
