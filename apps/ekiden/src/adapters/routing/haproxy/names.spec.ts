import type { TaskId } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  backendName,
  escaped,
  previewName,
  routeOfBackend,
  serverName,
  taskOfServer,
} from './names.js';
import { wholeWeights } from './weights.js';

describe("names in HAProxy's configuration", () => {
  it('are the task ids of servers, and lead back to them', () => {
    expect(serverName('shop_api.6f1c-a' as TaskId)).to.equal('shop_api.6f1c-a');
    expect(serverName('a/b c' as TaskId)).to.equal('a:2fb:20c');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const name = serverName(text as TaskId);
        expect(name).to.match(/^[A-Za-z0-9_.:-]*$/);
        expect(taskOfServer(name)).to.equal(text);
      }),
    );
  });

  it('cannot end a line or a word, whatever is in them', () => {
    const hostile = 'x\n  server evil 10.0.0.1:80 # "$HOME" \\';
    expect(escaped(hostile)).to.match(/^[A-Za-z0-9_.:-]+$/);
  });

  it('of a preview name its route', () => {
    const route = backendName({ address: '::1', port: 10_101 });
    expect(route).to.equal('::1:10101');
    expect(routeOfBackend(previewName(route, 'd-1'))).to.equal(route);
    expect(routeOfBackend(route)).to.equal(route);
  });
});

const weights: readonly (readonly [given: readonly number[], whole: readonly number[]])[] = [
  [[], []],
  [
    [1, 3],
    [1, 3],
  ],
  [
    [0, 256],
    [0, 256],
  ],
  [
    [0, 0],
    [0, 0],
  ],
  [
    [0.5, 0.25],
    [256, 128],
  ],
  [
    [1_000, 500],
    [256, 128],
  ],
  [
    [1_000_000, 1],
    [256, 1],
  ],
  [
    [0.001, 0],
    [256, 0],
  ],
];

describe('weights', () => {
  for (const [given, whole] of weights) {
    it(`${JSON.stringify(given)} are ${JSON.stringify(whole)} for HAProxy`, () => {
      expect(wholeWeights(given)).to.deep.equal(whole);
    });
  }
});
