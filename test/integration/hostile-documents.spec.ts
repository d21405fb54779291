import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { testRun } from '@ekiden/testkit';
import {
  placesOf,
  problemOf,
  useService,
  type ApiDocument,
  type Place,
  type Received,
  type TestService,
} from '../support/index.js';

const LONG = testRun.long;
const ELEMENTS = 100_000;
const BODY_MAX = 16 * 1024 * 1024;
const ANSWER_MAX = 150_000;
/** Megabytes that the process may ever have taken. */
const PEAK_MAX = 1_500;

/** schema, method, path, what has to be there */
const DOCUMENTS = [
  ['App', 'POST', () => '/v2/apps', { cmd: 'sleep 1', instances: 0 }],
  ['AppUpdate', 'PUT', (id: string) => `/v2/apps${id}`, { cmd: 'sleep 1', instances: 0 }],
  ['GroupUpdate', 'PUT', () => '/v2/groups?dryRun=true', {}],
] as const;

function peakMegabytes({ pid }: TestService): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

function isClear(answer: Received): boolean {
  return answer.status < 300 || problemOf(answer).message !== '';
}

describe('Hostile documents', () => {
  const running = useService();
  let api: ApiDocument;
  let ids = 0;

  before('read what the API says of itself', async () => {
    api = (await running().api.ask('GET', '/openapi.json')).body as ApiDocument;
  });

  afterEach('the service is well', async () => {
    expect((await running().api.ask('GET', '/ping')).text).to.equal('pong');
    expect(peakMegabytes(running())).to.be.lessThan(PEAK_MAX);
    await running().api.ask('DELETE', '/v2/groups?force=true');
  });

  function whole(document: unknown, base: object): object {
    ids += 1;
    const id = 'cmd' in base ? { id: `/hostile-${ids}` } : {};
    return { ...base, ...id, ...(document as object) };
  }

  async function send(
    method: string,
    url: (id: string) => string,
    text: string,
  ): Promise<Received> {
    const answer = await running().api.send(method, url(`/hostile-${ids}`), text);
    expect(answer.status, `${text.slice(0, 200)} → ${answer.text.slice(0, 300)}`).to.be.lessThan(
      500,
    );
    expect(isClear(answer)).to.equal(true);
    return answer;
  }

  for (const [schema, method, url, base] of DOCUMENTS) {
    const wanted = (place: Place, index: number): boolean =>
      place.kind === 'array' && place.path !== '/' && (LONG || index % 4 === 0);

    it(`arrays of 100,000 elements are answered, wherever ${schema} has arrays`, async function long() {
      if (LONG) this.timeout(300_000);
      for (const [index, place] of placesOf(api, schema).entries()) {
        if (!wanted(place, index)) continue;
        for (const element of LONG ? [place.element, {}, 7, 'x', null, []] : [place.element, {}]) {
          const array = Array.from({ length: ELEMENTS }, () => element);
          const text = JSON.stringify(whole(place.document(array), base));
          if (text.length > BODY_MAX) continue;
          const answer = await send(method, url, text);
          if (answer.status >= 400) expect(answer.text.length).to.be.lessThan(ANSWER_MAX);
        }
      }
    });

    it(`keys of prototypes pollute nothing, wherever ${schema} has objects`, async () => {
      for (const place of placesOf(api, schema)) {
        const poison = '{"polluted":"yes","cpus":9,"id":"/polluted","toString":1,"instances":77}';
        const inner = `{"__proto__":${poison},"constructor":{"prototype":${poison}},"prototype":${poison}}`;
        const marked = JSON.stringify(whole(place.document('@'), base));
        const text =
          place.path === '/'
            ? `${marked.slice(0, -1)},${inner.slice(1)}`
            : marked.replace('"@"', place.kind === 'array' ? `[${inner}]` : inner);
        await send(method, url, text);
      }
      await running().api.send('POST', '/v2/apps', { id: '/clean', cmd: 'sleep 1', instances: 0 });
      const { text } = await running().api.ask('GET', '/v2/apps/clean');
      expect(text).to.not.contain('polluted');
      expect(text).to.contain('"cpus":1,');
      expect((await running().api.ask('GET', '/v2/apps')).text).to.not.contain('"/polluted"');
    });
  }

  for (const [name, text, status] of [
    ['ten megabytes of one string', `{"id":"/big","cmd":"${'x'.repeat(10_000_000)}"}`, undefined],
    ['ten megabytes of blanks', ' '.repeat(10_000_000), 400],
    ['ten megabytes of one number', `{"id":"/a","cpus":${'9'.repeat(10_000_000)}}`, 422],
    ['a thousand levels', `${'{"env":'.repeat(1_000)}1${'}'.repeat(1_000)}`, 400],
    ['a thousand levels of groups', `${'{"groups":['.repeat(1_000)}${']}'.repeat(1_000)}`, 400],
    ['levels that never close', '['.repeat(1_000_000), 400],
    ['a hundred thousand keys', `{"id":"/k","cmd":"sleep 1","instances":0,"env":{${keys()}}}`, 201],
    ['a hundred thousand unknown keys', `{"id":"/u","cmd":"sleep 1","instances":0,${keys()}}`, 201],
    ['the same key twice', '{"id":"/one","id":"/two","cmd":"sleep 1","instances":0}', 201],
    ['an endless number', '{"id":"/n","cmd":"sleep 1","instances":1e999}', 422],
    [
      'a number beyond all bounds',
      '{"id":"/n","cmd":"sleep 1","instances":99999999999999999999}',
      422,
    ],
    ['the smallest number', '{"id":"/n","cmd":"sleep 1","instances":0,"cpus":5e-324}', 422],
    ['half a surrogate', '{"id":"/s","cmd":"\\ud800 x","instances":0}', undefined],
    [
      'a zero character',
      '{"id":"/z","cmd":"a\\u0000b","instances":0,"env":{"A":"\\u0000"}}',
      undefined,
    ],
    ['a very long id', `{"id":"/${'a'.repeat(1_000_000)}","cmd":"sleep 1","instances":0}`, 422],
    ['an id of many dashes', `{"id":"/${'a-'.repeat(100_000)}","cmd":"sleep 1"}`, 422],
    ['an id of many dots', `{"id":"/${'a.'.repeat(100_000)}","cmd":"sleep 1"}`, 422],
    [
      'an id of many levels',
      `{"id":"${'/a'.repeat(5_000)}","cmd":"sleep 1","instances":0}`,
      undefined,
    ],
    [
      'an id of many steps up',
      `{"id":"${'/..'.repeat(100_000)}/up","cmd":"sleep 1","instances":0}`,
      undefined,
    ],
    [
      'many names in one constraint',
      `{"id":"/c","cmd":"sleep 1","constraints":[["a","LIKE","(a+)+$"]],"instances":0}`,
      undefined,
    ],
  ] as const) {
    it(`${name}: a clear answer`, async () => {
      const answer = await send('POST', () => '/v2/apps', text);
      if (status !== undefined) expect(answer.status, answer.text.slice(0, 200)).to.equal(status);
      if (answer.status >= 400) expect(answer.text.length).to.be.lessThan(ANSWER_MAX);
    });
  }

  it('random bytes are answered on every path, by every method', async () => {
    const paths = Object.keys(api.paths).filter((path) => path !== '/v2/leader');
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
    const types = ['application/json', 'text/plain', 'x', '', 'application/json; charset=utf-16'];
    const parameter = fc.oneof(
      fc
        .string({ unit: 'binary', maxLength: 20 })
        .map((text) => encodeURIComponent(wellFormed(text))),
      fc.constantFrom(
        '..',
        '.',
        '*',
        '%00',
        '%2F',
        '%2E%2E',
        'a%2Fb',
        'a..b',
        '/',
        '//a',
        '-',
        '%F0%9F%8C%8A',
      ),
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.constantFrom(...methods),
        parameter,
        body,
        fc.constantFrom(...types),
        async (path, method, value, bytes, type) => {
          const url = `${running().url}${path.replaceAll(/\{\w+\}/g, value)}?force=${value}&embed=x`;
          const response = await fetch(url, {
            method,
            headers: type === '' ? {} : { 'content-type': type },
            ...(method === 'GET' ? {} : { body: Buffer.from(bytes) }),
            redirect: 'manual',
            signal: AbortSignal.timeout(5_000),
          });
          const text = await response.text();
          expect(response.status, `${method} ${url}: ${text.slice(0, 300)}`).to.be.lessThan(500);
        },
      ),
      { numRuns: LONG ? 10_000 : 500 },
    );
  });
});

function keys(): string {
  return Array.from({ length: ELEMENTS }, (_, n) => `"K${n}":"v"`).join(',');
}

function wellFormed(text: string): string {
  return text.replaceAll(/[\ud800-\udfff]/g, '?');
}
