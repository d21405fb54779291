import { expect } from 'chai';
import { expectGolden, type GoldenFiles } from './golden.js';

function files(content: Record<string, string>): GoldenFiles {
  return {
    read: (path) => content[path],
    write: (path, text) => {
      content[path] = text;
    },
  };
}

describe('golden files', () => {
  it('accept the text they hold, with or without a last line break', () => {
    const there = files({ a: 'one\n' });
    expectGolden(there, 'a', { text: 'one', update: false });
    expectGolden(there, 'a', { text: 'one\n', update: false });
  });

  it('refuse another text, and a file that is missing', () => {
    const compare = (path: string) => () =>
      expectGolden(files({ a: 'one\n' }), path, { text: 'two', update: false });
    expect(compare('a')).to.throw('a (UPDATE_GOLDEN=1 rewrites it)');
    expect(compare('b')).to.throw('b (UPDATE_GOLDEN=1 rewrites it)');
  });

  it('are rewritten when asked for', () => {
    const content = { a: 'one\n' };
    expectGolden(files(content), 'a', { text: 'two', update: true });
    expect(content).to.deep.equal({ a: 'two\n' });
  });
});
