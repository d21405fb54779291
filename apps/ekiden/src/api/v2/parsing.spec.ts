import { expect } from 'chai';
import { Problem } from '../http/index.js';
import { groupOfWildcard, idOf } from './ids.js';
import { parseLabelSelector } from './label-selector.js';
import { parseTaskId } from './task-id.js';

const LABELS = { tier: 'web', team: 'a b', 'x,y': '' };

/** selector, whether it takes LABELS */
const selectors: readonly (readonly [string, boolean])[] = [
  ['', true],
  ['  ', true],
  ['tier', true],
  ['other', false],
  ['tier==web', true],
  [' tier == web ', true],
  ['tier==db', false],
  ['tier!=db', true],
  ['tier!=web', false],
  ['other!=web', false],
  ['tier in (db, web)', true],
  ['tier in(db)', false],
  ['tier notin (db)', true],
  ['tier notin (web)', false],
  ['other notin (web)', false],
  ['tier==web,team', true],
  ['tier==web, other', false],
  ['team==a\\ b', true],
  ['x\\,y', true],
  ['toString', false],
];

/** selector, where reading stopped */
const broken: readonly (readonly [string, string])[] = [
  ['tier=web', 'position 4'],
  ['tier==', 'position 6'],
  [',', 'position 0'],
  ['tier,', 'position 5'],
  ['tier in web', 'position 8'],
  ['tier in (a', 'position 10'],
  ['tier in ()', 'position 9'],
  ['a b', 'position 2'],
];

const UUID = '4a5c2b10-7c1e-11eb-9439-0242ac130002';

/** task id, status of its refusal */
const taskIds: readonly (readonly [string, number | undefined, string?])[] = [
  [`web.instance-${UUID}._app.1`, undefined],
  [`web.instance-${UUID}`, undefined],
  [`web.marathon-${UUID}.nginx.3`, undefined],
  [`web.${UUID}`, undefined],
  [`shop_web_${UUID}`, undefined],
  [`web.${UUID}.2`, undefined],
  ['foo.bar', 422, 'Invalid UUID string: bar'],
  ['foo', 400, "Invalid task id 'foo'. [taskId foo no valid identifier]"],
  ['', 400, "Invalid task id ''. [taskId  no valid identifier]"],
];

function refusal(make: () => unknown): Problem | undefined {
  try {
    make();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  return undefined;
}

describe('label selectors', () => {
  for (const [selector, expected] of selectors) {
    it(`${expected ? 'take' : 'leave'} an app for "${selector}"`, () => {
      expect(parseLabelSelector(selector)(LABELS)).to.equal(expected);
    });
  }

  for (const [selector, place] of broken) {
    it(`say where "${selector}" cannot be read`, () => {
      const problem = refusal(() => parseLabelSelector(selector));
      expect(problem?.getStatus()).to.equal(422);
      expect(problem?.body.message).to.contain(place);
    });
  }
});

describe('task ids', () => {
  for (const [id, status, message] of taskIds) {
    it(`${status === undefined ? 'may be' : 'may not be'} "${id}"`, () => {
      const problem = refusal(() => parseTaskId(id));
      expect([problem?.getStatus(), problem?.body.message]).to.deep.equal([status, message]);
    });
  }
});

describe('ids in URLs', () => {
  for (const [parameter, id] of [
    ['a', '/a'],
    ['/a//b/', '/a/b'],
    ['a/../b/.', '/b'],
    ['', '/'],
  ] as const) {
    it(`read "${parameter}" as ${id}`, () => {
      expect(idOf(parameter)).to.equal(id);
    });
  }

  for (const [parameter, group] of [
    ['*', '/'],
    ['/*', '/'],
    ['a/b/*', '/a/b'],
    ['a*', undefined],
    ['a', undefined],
  ] as const) {
    it(`take "${parameter}" for ${group === undefined ? 'no wildcard' : `all of ${group}`}`, () => {
      expect(groupOfWildcard(parameter)).to.equal(group);
    });
  }
});
