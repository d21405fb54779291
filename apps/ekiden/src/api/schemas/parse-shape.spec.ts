import { expect } from 'chai';
import type { AppWire } from '../../core/app/index.js';
import { Problem, type ProblemBody } from '../http/index.js';
import { app, appList, appUpdate, taskIds } from './app.js';
import { parseShape } from './parse-shape.js';
import type { z } from 'zod';

/** What is wrong, as `[path, error]` rows. */
function wrongs(schema: z.ZodType, body: unknown): readonly (readonly [string, string])[] {
  const { message, details } = refusal(schema, body);
  expect(message).to.equal('Invalid JSON');
  if (details === undefined || typeof details === 'string') return [];
  return details.flatMap(({ path, errors }) => errors.map((error) => [path, error] as const));
}

function refusal(schema: z.ZodType, body: unknown): ProblemBody {
  try {
    parseShape(schema, body);
  } catch (error) {
    if (error instanceof Problem) return error.body;
    throw error;
  }
  throw new Error('was accepted');
}

const HTTP = { protocol: 'HTTP' };

/** name, body, path, error */
const cases: readonly (readonly [string, unknown, string, string])[] = [
  ['a document that is no object', [], '', 'error.expected.jsobject'],
  ['a number as id', { id: 5 }, '/id', 'error.expected.jsstring'],
  ['upper case in an id', { id: '/T_A' }, '/id', 'error.pattern'],
  ['an empty label in an id', { id: 'a..b' }, '/id', 'error.pattern'],
  ['an empty id', { id: '' }, '/id', 'error.minLength'],
  ['text for a number', { id: 'a', cpus: '1' }, '/cpus', 'error.expected.jsnumber'],
  ['negative cpus', { id: 'a', cpus: -1 }, '/cpus', 'error.min'],
  ['half an instance', { id: 'a', instances: 1.5 }, '/instances', 'error.expected.int'],
  ['text for instances', { id: 'a', instances: '2' }, '/instances', 'error.expected.jsnumber'],
  ['negative instances', { id: 'a', instances: -1 }, '/instances', 'error.min'],
  ['an empty command', { id: 'a', cmd: '' }, '/cmd', 'error.minLength'],
  ['an object for a list', { id: 'a', args: {} }, '/args', 'error.expected.jsarray'],
  ['a list for a map', { id: 'a', labels: [] }, '/labels', 'error.expected.jsobject'],
  ['a number as label', { id: 'a', labels: { n: 1 } }, '/labels/n', 'error.expected.jsstring'],
  ['text for a flag', { id: 'a', requirePorts: 'no' }, '/requirePorts', 'error.expected.jsboolean'],
  [
    'an unknown enum literal',
    { id: 'a', killSelection: 'RANDOM' },
    '/killSelection',
    'error.unknown.enum.literal',
  ],
  [
    'a number for an enum',
    { id: 'a', killSelection: 3 },
    '/killSelection',
    'error.expected.jsstring',
  ],
  [
    'a port out of range, deep inside',
    { id: 'a', healthChecks: [HTTP, { ...HTTP, port: 70_000 }] },
    '/healthChecks(1)/port',
    'error.max',
  ],
  ['a number as variable', { id: 'a', env: { N: 1 } }, '/env/N', 'error.expected.jsstring'],
  [
    'a number as name of a secret',
    { id: 'a', env: { N: { secret: 1 } } },
    '/env/N/secret',
    'error.expected.jsstring',
  ],
  ['a bad timestamp', { id: 'a', version: 'x' }, '/version', 'error.expected.date.isoformat'],
  ['null in a list', { id: 'a', args: [null] }, '/args(0)', 'error.expected.jsstring'],
  ['a missing id', { cmd: 'ls' }, '/id', `'id' is undefined on object: {"cmd":"ls"}`],
  [
    'half an upgrade strategy',
    { id: 'a', upgradeStrategy: { minimumHealthCapacity: 1 } },
    '/upgradeStrategy/maximumOverCapacity',
    `'maximumOverCapacity' is undefined on object: {"minimumHealthCapacity":1}`,
  ],
];

describe('parseShape', () => {
  for (const [name, body, path, error] of cases) {
    it(`refuses ${name}`, () => {
      expect(wrongs(app, body)).to.deep.equal([[path, error]]);
    });
  }

  it('reports every error at once', () => {
    const body = { cpus: 'x', instances: -1, healthChecks: [{ port: 'y' }] };
    expect(wrongs(app, body).map(([path]) => path)).to.have.members([
      '/id',
      '/cpus',
      '/instances',
      '/healthChecks(0)/port',
    ]);
  });

  it('names elements of a list by index', () => {
    expect(wrongs(appList, [{ id: 'a' }, { id: 'B' }])).to.deep.equal([
      ['(1)/id', 'error.pattern'],
    ]);
  });

  it('asks for a body where there is none', () => {
    expect(refusal(app, undefined).message).to.equal('Please specify data in JSON format');
  });

  it('misses the ids of a task list', () => {
    expect(wrongs(taskIds, {})).to.deep.equal([['/ids', `'ids' is undefined on object: {}`]]);
  });

  it('takes null as absent at every level, ignores unknown keys and injects no defaults', () => {
    const parsed: AppWire = parseShape(app, {
      id: 'a',
      cmd: null,
      nonsense: 1,
      healthChecks: [{ path: null, protocol: 'http' }],
    });
    expect(parsed).to.deep.equal({ id: 'a', healthChecks: [{ protocol: 'HTTP' }] });
  });

  it('accepts enums in any case and hands on the canonical one', () => {
    const parsed: AppWire = parseShape(appUpdate, {
      killSelection: 'oldest_first',
      networks: [{ mode: 'CONTAINER/bridge' }],
      portDefinitions: [{ protocol: 'TCP,UDP' }],
    });
    expect(parsed).to.deep.equal({
      killSelection: 'OLDEST_FIRST',
      networks: [{ mode: 'container/bridge' }],
      portDefinitions: [{ protocol: 'tcp,udp' }],
    });
  });

  it('keeps hostile keys from reaching prototypes', () => {
    const body: unknown = JSON.parse('{"id":"a","labels":{"__proto__":"x","constructor":"y"}}');
    parseShape(app, body);
    expect(({} as Readonly<Record<string, unknown>>)['x']).to.equal(undefined);
  });

  it('answers hostile ids in linear time', () => {
    // What takes quadratic time does not come back before mocha's limit.
    for (const id of ['/'.repeat(500_000) + '_', 'a-'.repeat(500_000), 'a.'.repeat(500_000)]) {
      expect(() => parseShape(app, { id })).to.throw();
    }
  });

  for (const id of ['/', '/a', 'a/b/', '//a///b', '../x', 'a.b-c/0']) {
    it(`accepts the id ${id}`, () => {
      expect(parseShape(app, { id })).to.deep.equal({ id });
    });
  }
});
