import { expect } from 'chai';
import type { TaskId } from '@ekiden/kernel';
import { Leftovers } from './leftovers.js';

const A = 'a' as TaskId;
const B = 'b' as TaskId;
const HERE: ReadonlyMap<TaskId, string> = new Map([[A, 'container-a']]);
const NOTHING: ReadonlyMap<TaskId, string> = new Map();

describe('leftovers', () => {
  it('are named once, when their container shows', () => {
    const leftovers = new Leftovers();
    leftovers.note(A);
    leftovers.note(B);
    expect(leftovers.among(HERE)).to.deep.equal([[A, 'container-a']]);
    expect(leftovers.among(HERE)).to.deep.equal([]);
  });

  it('are looked for a few times, as a request may be carried out late', () => {
    const leftovers = new Leftovers();
    leftovers.note(A);
    expect(leftovers.among(NOTHING)).to.deep.equal([]);
    expect(leftovers.among(NOTHING)).to.deep.equal([]);
    expect(leftovers.among(HERE)).to.deep.equal([[A, 'container-a']]);
  });

  it('are given up when they do not show', () => {
    const leftovers = new Leftovers();
    leftovers.note(A);
    for (let look = 0; look < 3; look += 1) leftovers.among(NOTHING);
    expect(leftovers.among(HERE)).to.deep.equal([]);
  });
});
