import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { settingsMarkdown } from './index.js';

const README = new URL('../../../../README.md', import.meta.url);

/** Rows without the padding that formatters like to change. */
function rowsOf(markdown: string): string[] {
  const rows = markdown.split('\n').filter((line) => /^\| `[A-Z_]+` /.test(line));
  return rows.map((row) => row.replaceAll(/\s+/g, ' ').trim());
}

describe('the settings table of the README', () => {
  it('is the one the settings make', async () => {
    const readme = await readFile(README, 'utf8');
    expect(rowsOf(readme)).to.deep.equal(rowsOf(settingsMarkdown()));
  });
});
