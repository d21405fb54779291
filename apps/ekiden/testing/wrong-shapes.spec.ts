import { expect } from 'chai';
import { HttpWorld } from './http-world.js';

type Method = 'PATCH' | 'POST' | 'PUT';

interface Case {
  readonly name: string;
  readonly when: readonly [method: Method, url: string, body: unknown];
  /** Every path with its messages; a message may be the beginning of one. */
  readonly says: Readonly<Record<string, string>>;
}

const NO_WORK = "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.";

const CASES: readonly Case[] = [
  {
    name: 'a number that is text, and a rule about another field',
    when: ['POST', '/v2/apps', { id: '/a', cmd: 'x', cpus: 'two', fetch: [{ uri: '%' }] }],
    says: {
      '/cpus': 'error.expected.jsnumber',
      '/': 'must not be an empty string',
      '/fetch(0)/uri': 'URI has invalid syntax.',
    },
  },
  {
    name: 'no rule about a field of wrong shape, nor about what depends on it',
    when: ['POST', '/v2/apps', { id: '/a', cmd: 5, container: { type: 'MESOS' } }],
    says: { '/cmd': 'error.expected.jsstring' },
  },
  {
    name: 'what becomes visible only without a wrong field',
    when: [
      'POST',
      '/v2/apps',
      {
        id: '/a',
        instances: -1,
        container: { volumes: [{ containerPath: '/a', hostPath: '/b' }] },
      },
    ],
    says: {
      '/instances': 'error.min',
      '/container/volumes(0)/mode': "'mode' is undefined on object: ",
    },
  },
  {
    name: 'an id of wrong shape, and a rule',
    when: ['POST', '/v2/apps', { id: 'A_b', cmd: 'sleep 1', args: ['x'] }],
    says: { '/id': 'error.pattern', '/': NO_WORK },
  },
  {
    name: 'an update, judged on what is stored',
    when: ['PUT', '/v2/apps/shop/web', { cpus: 'x', args: ['beside the stored cmd'] }],
    says: { '/cpus': 'error.expected.jsnumber', '/': NO_WORK },
  },
  {
    name: 'elements of a list, each for itself',
    when: ['PUT', '/v2/apps', [{ id: '/a', cpus: 'x' }, { id: '/b', cmd: 'y' }, 5]],
    says: {
      '(0)/cpus': 'error.expected.jsnumber',
      '(0)': NO_WORK,
      '(1)': 'must not be an empty string',
      '(2)': 'error.expected.jsobject',
    },
  },
  {
    name: 'apps and groups at any depth',
    when: [
      'PUT',
      '/v2/groups/g',
      {
        dependencies: 'none',
        apps: [{ id: '/other/app', cmd: 'sleep 1' }, { id: 'b', cmd: 1, labels: 7 }, 'text'],
        groups: [{ id: 'x', enforceRole: true, apps: [{ id: 'c', instances: -2, cmd: 'z' }] }, {}],
      },
    ],
    says: {
      '/dependencies': 'error.expected.jsarray',
      '/apps(0)/id': "Identifier is not child of '/g'",
      '/apps(1)/cmd': 'error.expected.jsstring',
      '/apps(1)/labels': 'error.expected.jsobject',
      '/apps(2)': 'error.expected.jsobject',
      '/groups(0)/enforceRole': 'enforceRole can only be set for top-level groups',
      '/groups(0)/apps(0)/instances': 'error.min',
      '/groups(0)/apps(0)': 'must not be an empty string',
      '/groups(1)/id': 'not defined',
    },
  },
  {
    name: 'a document that is none',
    when: ['PUT', '/v2/groups/g', []],
    says: { '': 'error.expected.jsobject' },
  },
];

describe('A document with parts of wrong shape', () => {
  let world: HttpWorld;

  before(async () => {
    world = await HttpWorld.open();
    await world.ask('POST', '/v2/apps', { id: '/shop/web', cmd: 'sleep 60' });
  });

  after(() => world.close());

  for (const { name, when, says } of CASES) {
    it(`is refused with all that is wrong: ${name}`, async () => {
      const before = world.view.root.version;
      const { status, body, text } = await world.ask(...when);
      expect(status, text).to.equal(422);
      const { message, details } = body as {
        readonly message: string;
        readonly details: readonly { readonly path: string; readonly errors: readonly string[] }[];
      };
      expect(message).to.equal('Invalid JSON');
      expect(
        details.map(({ path }) => path),
        text,
      ).to.have.members(Object.keys(says));
      for (const { path, errors } of details) {
        expect(
          errors.some((error) => error.startsWith(says[path] ?? '?')),
          text,
        ).to.equal(true);
      }
      expect(world.view.root.version).to.equal(before);
    });
  }
});
