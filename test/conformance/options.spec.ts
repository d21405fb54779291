import { expect } from 'chai';
import { readWish, type RunOptions } from './options.js';

const AREAS = ['apps', 'groups'];

function options(...args: readonly string[]): RunOptions {
  const wish = readWish(args, AREAS);
  if (wish.kind !== 'run') throw new Error(JSON.stringify(wish));
  return wish.options;
}

function problems(...args: readonly string[]): readonly string[] {
  const wish = readWish(args, AREAS);
  return wish.kind === 'refused' ? wish.problems : [];
}

describe('options of the conformance suite', () => {
  it('run everything against a service of our own', () => {
    const { url, server, without } = options();
    expect({ url, server, without: [...without] }).to.deep.equal({
      url: undefined,
      server: 'ekiden',
      without: [],
    });
  });

  it('spare a server that is not ours what could hurt others', () => {
    const { without } = options('--url', 'http://m:8080');
    expect([...without]).to.have.members(['root', 'global', 'settings']);
  });

  it('do all of it when asked', () => {
    const { without } = options('--url', 'http://m', '--whole-root', '--default-settings');
    expect([...without]).to.deep.equal([]);
  });

  it('leave out what starts tasks', () => {
    expect([...options('--no-tasks').without]).to.deep.equal(['tasks']);
  });

  it('take headers for every request', () => {
    expect(options('--header', 'Authorization: Basic a:b').headers).to.deep.equal({
      authorization: 'Basic a:b',
    });
  });

  it('tell all that is wrong, and what may have been meant', () => {
    expect(problems('--area', 'group', '--lanes', '0', '--url', 'm:8080')).to.deep.equal([
      'there is no area "group"; did you mean "groups"?',
      '--url m:8080: an address that begins with http:// or https://',
      '--lanes 0: a whole number from 1 to 64',
    ]);
  });
});
