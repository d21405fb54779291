import {
  absent,
  allOf,
  anything,
  containing,
  differs,
  like,
  type Area,
  type Case,
} from '../language/index.js';
import { add, ask, idle, tell } from './steps.js';

const STANDARD = {
  'cache-control': 'no-cache, no-store, must-revalidate',
  pragma: 'no-cache',
  expires: '0',
  'x-frame-options': 'DENY',
  'x-xss-protection': '1; mode=block',
};
const JSON_TYPE = like(/^application\/json(;|$)/);

/** A path that knows other methods only is answered with 405. */
function notAllowed(method: string, path: string, allowed: readonly string[]): Case {
  return {
    name: `${method} ${path} is not allowed, and the answer says what is`,
    source: '1.7',
    steps: [
      {
        send: `${method} ${path}`,
        expect: {
          status: 405,
          headers: {
            allow: allOf(...allowed.map((one) => like(new RegExp(`\\b${one}\\b`)))),
            'content-type': JSON_TYPE,
          },
          body: { message: 'Method Not Allowed' },
        },
      },
    ],
  };
}

/** Answers of every kind carry the headers that forbid caches to keep them. */
function standardHeaders(name: string, send: string, status: number): Case {
  return {
    name,
    source: '1.2',
    steps: [
      {
        send,
        expect: {
          status,
          headers: { ...STANDARD, 'x-marathon-leader': like(/^https?:\/\/.+:\d+$/) },
        },
      },
    ],
  };
}

const headers: readonly Case[] = [
  standardHeaders('A list carries the standard headers.', 'GET /v2/apps?id=~', 200),
  standardHeaders('A 404 carries the standard headers.', 'GET /v2/apps/~/no', 404),
  standardHeaders('The info carries the standard headers.', 'GET /v2/info', 200),
  {
    name: 'A refused body carries the standard headers.',
    source: '1.2',
    steps: [{ send: 'POST /v2/apps', body: '{', expect: { status: 400, headers: STANDARD } }],
  },
  {
    name: 'The leader in the header is the leader of /v2/leader.',
    source: '11.2',
    steps: [
      {
        send: 'GET /v2/leader',
        expect: { status: 200, headers: { 'content-type': JSON_TYPE } },
        keep: { leader: 'body.leader' },
      },
      {
        send: 'GET /v2/deployments',
        expect: { headers: { 'x-marathon-leader': 'http://{{leader}}' } },
      },
    ],
  },
  {
    name: 'No answer names the software in a Server header.',
    source: '1.1',
    steps: [
      { send: 'GET /v2/info', expect: { headers: { server: absent, 'x-powered-by': absent } } },
    ],
  },
  {
    name: 'JSON answers are application/json.',
    source: '1.7',
    steps: [{ send: 'GET /v2/apps?id=~', expect: { headers: { 'content-type': JSON_TYPE } } }],
  },
  {
    name: 'Reads carry no deployment id.',
    source: '1.2',
    steps: [
      { send: 'GET /v2/apps?id=~', expect: { headers: { 'marathon-deployment-id': absent } } },
    ],
  },
];

const reads: readonly Case[] = [
  {
    name: 'HEAD of a list answers like GET, without a body.',
    source: '1.7',
    steps: [
      {
        send: 'HEAD /v2/apps?id=~',
        expect: { status: 200, text: '', headers: { 'content-type': JSON_TYPE } },
      },
    ],
  },
  {
    name: 'HEAD of an unknown app is 404 without a body.',
    source: '1.7',
    steps: [{ send: 'HEAD /v2/apps/~/no', expect: { status: 404, text: '' } }],
  },
  {
    name: 'HEAD of an app that is there is 200.',
    source: '1.7',
    steps: [add(idle('/~/a')), { send: 'HEAD /v2/apps/~/a', expect: { status: 200, text: '' } }],
  },
  {
    name: 'HEAD /ping is 200.',
    source: '1.7',
    steps: [{ send: 'HEAD /ping', expect: { status: 200, text: '' } }],
  },
  ...(
    [
      ['/v2/apps', ['GET', 'POST', 'PUT']],
      ['/v2/apps/~/a', ['GET', 'PUT', 'DELETE']],
      ['/v2/groups', ['GET', 'POST', 'PUT', 'DELETE']],
      ['/v2/deployments', ['GET']],
      ['/v2/tasks/delete', ['POST']],
    ] as const
  ).map(([path, methods]) => ({
    name: `OPTIONS ${path} answers 200 and names the methods.`,
    source: '1.7',
    steps: [
      {
        send: `OPTIONS ${path}`,
        expect: {
          status: 200,
          headers: { allow: allOf(...methods.map((one) => like(new RegExp(`\\b${one}\\b`)))) },
        },
      },
    ],
  })),
  notAllowed('DELETE', '/v2/apps', ['GET', 'POST', 'PUT']),
  notAllowed('POST', '/v2/apps/~/a', ['GET', 'PUT', 'DELETE']),
  notAllowed('POST', '/v2/deployments', ['GET']),
  notAllowed('PUT', '/v2/tasks', ['GET']),
  notAllowed('POST', '/v2/info', ['GET']),
  notAllowed('POST', '/v2/queue', ['GET']),
  notAllowed('GET', '/v2/tasks/delete', ['POST']),
];

const bodies: readonly Case[] = [
  {
    name: 'A body of XML is an unsupported media type.',
    source: '1.7',
    steps: [
      {
        send: 'POST /v2/apps',
        headers: { 'content-type': 'application/xml' },
        body: '<app/>',
        expect: { status: 415, body: { message: 'Unsupported Media Type' } },
      },
    ],
  },
  {
    name: 'A body whose content type is JSON with a charset is read.',
    source: '1.7',
    steps: [
      {
        send: 'POST /v2/apps',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: idle('/~/a'),
        expect: { status: 201 },
      },
    ],
  },
  {
    name: 'A body without a content type is read as JSON.',
    source: '1.7',
    steps: [
      {
        send: 'POST /v2/apps',
        headers: { 'content-type': '' },
        body: idle('/~/a'),
        expect: { status: 201 },
      },
    ],
  },
  {
    name: 'What curl -d sends by itself is read as JSON.',
    source: '1.7',
    steps: [
      {
        send: 'POST /v2/apps',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: idle('/~/a'),
        expect: { status: differs({ marathon: 415, ekiden: 201 }) },
      },
    ],
  },
  {
    name: 'An Accept that leaves no room for JSON is not acceptable.',
    source: '1.7',
    steps: [
      {
        send: 'GET /v2/apps?id=~',
        headers: { accept: 'application/xml' },
        expect: { status: 406, body: { message: 'Not Acceptable' } },
      },
    ],
  },
  ...['*/*', 'application/*', 'text/html, application/json;q=0.5', 'application/json'].map(
    (accept) => ({
      name: `Accept: ${accept} gets JSON.`,
      source: '1.7',
      steps: [
        {
          send: 'GET /v2/apps?id=~',
          headers: { accept },
          expect: { status: 200, headers: { 'content-type': JSON_TYPE }, body: { apps: [] } },
        },
      ],
    }),
  ),
  {
    name: 'A path that is not routed is 404 with a message.',
    source: '1.7',
    steps: [
      {
        send: 'GET /v2/no-such-thing',
        expect: {
          status: differs({ marathon: 500, ekiden: 404 }),
          body: { message: like(/^URI not found/) },
        },
      },
    ],
  },
  ...['/v2/artifacts', '/v2/eventSubscriptions', '/v2/schemas', '/v2/features', '/v1/apps'].map(
    (path) => ({
      name: `${path} does not exist any more.`,
      source: '4.10',
      steps: [ask(`GET ${path}`, 404, { message: like(/^URI not found/) })],
      only: 'ekiden' as const,
    }),
  ),
  {
    name: 'The root redirects to what people look at.',
    source: '1.1',
    steps: [
      {
        send: 'GET /',
        expect: {
          status: 302,
          headers: { location: differs({ marathon: like(/\/ui\/$/), ekiden: like(/\/docs/) }) },
        },
      },
    ],
  },
  {
    name: 'A request for help is sent on.',
    source: '1.1',
    steps: [{ send: 'GET /help', expect: { status: 302, headers: { location: anything } } }],
  },
];

const compression: readonly Case[] = [
  {
    name: 'A long answer is compressed for a client that takes gzip.',
    source: '1.1',
    steps: [
      add(idle('/~/a', { labels: { text: 'x'.repeat(4_000) } })),
      {
        send: 'GET /v2/apps/~/a',
        headers: { 'accept-encoding': 'gzip' },
        expect: {
          status: 200,
          headers: { 'content-encoding': 'gzip', vary: like(/[Aa]ccept-[Ee]ncoding/) },
        },
      },
    ],
  },
  {
    name: 'Nothing is compressed for a client that does not ask for it.',
    source: '1.1',
    steps: [
      add(idle('/~/a', { labels: { text: 'x'.repeat(4_000) } })),
      {
        send: 'GET /v2/apps/~/a',
        expect: { headers: { 'content-encoding': absent }, body: { app: { id: '/~/a' } } },
      },
    ],
  },
  {
    name: 'A read carries a weak entity tag, and one that is known is answered with 304.',
    source: 'decisions, Wire',
    only: 'ekiden',
    steps: [
      add(idle('/~/a')),
      {
        send: 'GET /v2/apps/~/a/versions',
        expect: { status: 200, headers: { etag: like(/^W\/".+"$/) } },
        keep: { tag: 'headers.etag' },
      },
      {
        send: 'GET /v2/apps/~/a/versions',
        headers: { 'if-none-match': '{{tag}}' },
        expect: { status: 304, text: '', headers: { 'cache-control': anything } },
      },
      tell('PUT /v2/apps/~/a', { cmd: 'sleep 2000' }),
      {
        send: 'GET /v2/apps/~/a/versions',
        headers: { 'if-none-match': '{{tag}}' },
        expect: { status: 200, body: { versions: containing() } },
      },
    ],
  },
];

const limits: readonly Case[] = [
  {
    name: 'JSON that nests a thousand levels deep is refused.',
    source: 'issue 6',
    only: 'ekiden',
    steps: [
      {
        send: 'POST /v2/apps',
        body: `${'['.repeat(1_000)}${']'.repeat(1_000)}`,
        expect: { status: 400, body: { message: 'Invalid JSON', details: like(/deep/) } },
      },
    ],
  },
  {
    name: 'A body of seventeen megabytes is too large.',
    source: 'issue 6',
    only: 'ekiden',
    steps: [
      {
        send: 'POST /v2/apps',
        // Only announced: a server that does not want it answers at once and hangs up.
        headers: { 'content-length': String(17 * 1024 * 1024) },
        body: '{',
        expect: { status: 413, body: { message: anything } },
      },
    ],
  },
  {
    name: 'A malformed escape in a path is a bad request.',
    source: 'issue 6',
    only: 'ekiden',
    steps: [ask('GET /v2/apps/%zz', 400, { message: anything })],
  },
  {
    name: 'A __proto__ key is a key like any other unknown one: ignored.',
    source: 'issue 6',
    steps: [
      tell(
        'POST /v2/apps',
        '{"id":"/~/a","cmd":"sleep 1000","instances":0,"__proto__":{"cpus":9}}',
        {
          status: 201,
          body: { cpus: 1 },
        },
      ),
    ],
  },
];

export const transport: Area = {
  name: 'transport',
  about: 'headers, methods, media types, compression, unrouted paths, limits',
  cases: [...headers, ...reads, ...bodies, ...compression, ...limits],
};
