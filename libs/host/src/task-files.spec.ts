import { expect } from 'chai';
import { parseSandboxPath } from './task-files.js';

describe('a path in a sandbox', () => {
  const good: readonly (readonly [text: string, names: readonly string[]])[] = [
    ['', []],
    ['/', []],
    ['.', []],
    ['a', ['a']],
    ['/a/b/', ['a', 'b']],
    ['a//./b', ['a', 'b']],
    ['..a/b..', ['..a', 'b..']],
    ['~/$HOME/%2e%2e', ['~', '$HOME', '%2e%2e']],
    ['a b/ü', ['a b', 'ü']],
  ];
  for (const [text, names] of good) {
    it(`${JSON.stringify(text)} is read as ${JSON.stringify(names)}`, () => {
      const parsed = parseSandboxPath(text);
      expect(parsed.ok ? parsed.value : parsed.error).to.deep.equal(names);
    });
  }

  const bad = ['..', '../x', 'a/..', 'a/../../etc/passwd', '/..', 'a\0b', 'x'.repeat(256)];
  for (const text of [...bad, 'd/'.repeat(65)]) {
    it(`${JSON.stringify(text.slice(0, 30))} is refused`, () => {
      expect(parseSandboxPath(text).ok).to.equal(false);
    });
  }
});
