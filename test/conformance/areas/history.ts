import { absent, exactly, like, type Area, type Case } from '../language/index.js';
import { add, deployed, idle, invalid, shows, tell } from './steps.js';

const versions: readonly Case[] = [
  {
    name: 'A new app has one version, which is its own.',
    source: '4.1',
    steps: [
      { send: 'POST /v2/apps', body: idle('/~/a'), keep: { first: 'body.version' } },
      {
        send: 'GET /v2/apps/~/a/versions',
        expect: { status: 200, body: exactly({ versions: ['{{first}}'] }) },
      },
    ],
  },
  {
    name: 'Every change keeps its version, the newest first, and each can be read.',
    source: 'APP-21',
    steps: [
      { send: 'POST /v2/apps', body: idle('/~/a'), keep: { v1: 'body.version' } },
      { send: 'PUT /v2/apps/~/a', body: { cmd: 'sleep 2000' }, keep: { v2: 'body.version' } },
      { send: 'PUT /v2/apps/~/a', body: { cmd: 'sleep 3000' }, keep: { v3: 'body.version' } },
      {
        send: 'GET /v2/apps/~/a/versions',
        expect: { body: { versions: ['{{v3}}', '{{v2}}', '{{v1}}'] } },
      },
      {
        send: 'GET /v2/apps/~/a/versions/{{v1}}',
        expect: { body: { id: '/~/a', cmd: 'sleep 1000', version: '{{v1}}' } },
      },
      {
        send: 'GET /v2/apps/~/a/versions/{{v2}}',
        expect: { body: { cmd: 'sleep 2000', tasks: absent } },
      },
    ],
  },
  {
    name: 'A version alone rolls back to it, as a new version.',
    source: 'APP-22',
    steps: [
      { send: 'POST /v2/apps', body: idle('/~/a'), keep: { v1: 'body.version' } },
      tell('PUT /v2/apps/~/a', { cmd: 'sleep 2000', env: { A: '1' } }, deployed),
      {
        send: 'PUT /v2/apps/~/a',
        body: { version: '{{v1}}' },
        expect: deployed,
        keep: { v3: 'body.version' },
      },
      shows('/~/a', { cmd: 'sleep 1000', env: absent, version: '{{v3}}' }),
      { send: 'GET /v2/apps/~/a', expect: { body: { app: { version: like(/^(?!{{v1}})/) } } } },
    ],
  },
  {
    name: 'A version may come with the id.',
    source: '4.1',
    steps: [
      { send: 'POST /v2/apps', body: idle('/~/a'), keep: { v1: 'body.version' } },
      tell('PUT /v2/apps/~/a', { cmd: 'sleep 2000' }, deployed),
      tell('PUT /v2/apps/~/a', { id: '/~/a', version: '{{v1}}' }, deployed),
      shows('/~/a', { cmd: 'sleep 1000' }),
    ],
  },
  {
    name: 'A version may not come with anything else.',
    source: 'APP-23',
    steps: [
      { send: 'POST /v2/apps', body: idle('/~/a'), keep: { v1: 'body.version' } },
      tell(
        'PUT /v2/apps/~/a',
        { version: '{{v1}}', cmd: 'sleep 5' },
        invalid('/', "The 'version' field may only be combined with the 'id' field."),
      ),
      shows('/~/a', { version: '{{v1}}' }),
    ],
  },
  {
    name: 'An unknown version cannot be rolled back to.',
    source: '4.1',
    steps: [
      add(idle('/~/a')),
      tell(
        'PUT /v2/apps/~/a',
        { version: '2001-01-01T00:00:00.000Z' },
        { status: 404, body: { message: like(/^App '\/~\/a' does not exist/) } },
      ),
    ],
  },
  {
    name: 'A rollback by PATCH is the same.',
    source: '4.1',
    steps: [
      { send: 'POST /v2/apps', body: idle('/~/a'), keep: { v1: 'body.version' } },
      tell('PUT /v2/apps/~/a', { cmd: 'sleep 2000' }, deployed),
      tell('PATCH /v2/apps/~/a', { version: '{{v1}}' }, deployed),
      shows('/~/a', { cmd: 'sleep 1000' }),
    ],
  },
  {
    name: 'A version with an offset is the same moment.',
    source: '3.2',
    steps: [
      add(idle('/~/a')),
      {
        send: 'GET /v2/apps/~/a/versions/2001-01-01T01:00:00%2B01:00',
        expect: {
          status: 404,
          body: { message: "App '/~/a' does not exist in version 2001-01-01T00:00:00.000Z" },
        },
      },
    ],
  },
  {
    name: 'A new app of the id of one that was deleted has no old versions.',
    source: '8',
    steps: [
      add(idle('/~/a')),
      { send: 'DELETE /v2/apps/~/a', expect: deployed },
      {
        send: 'POST /v2/apps',
        body: idle('/~/a', { cmd: 'sleep 5' }),
        keep: { second: 'body.version' },
      },
      { send: 'GET /v2/apps/~/a/versions', expect: { body: { versions: ['{{second}}'] } } },
    ],
  },
];

export const history: Area = {
  name: 'versions',
  about: 'versions of apps, and rolling back to one',
  cases: versions,
};
