import {
  anything,
  between,
  containing,
  each,
  like,
  type Area,
  type Case,
} from '../language/index.js';
import { add, ask, idle, misshapen, stuck, tell } from './steps.js';

const RESET = ['DELETE /v2/roles/~?force=true'];

/** What Ekiden has besides Marathon's API (docs/pool.md). */
function own(name: string, steps: Case['steps'], more: Partial<Case> = {}): Case {
  return { name, source: 'docs/pool.md', only: 'ekiden', steps, ...more };
}

const agents: readonly Case[] = [
  own('Agents are listed with what they have, use and offer.', [
    ask('GET /v2/agents', 200, {
      agents: each({
        id: like(/./),
        hostname: like(/./),
        state: like(/./),
        executors: each(like(/./)),
        taskCount: between(0, 1e9),
        resources: {
          total: { text: like(/cpus:/) },
          used: anything,
          offered: anything,
          free: anything,
        },
      }),
    }),
  ]),
  own('One agent is shown with its tasks.', [
    { send: 'GET /v2/agents', keep: { agent: 'body.agents.0.id' } },
    ask('GET /v2/agents/{{agent}}', 200, { id: '{{agent}}', tasks: each({ id: like(/./) }) }),
  ]),
  own('An unknown agent is told by its id.', [
    ask('GET /v2/agents/no-such-agent', 404, { message: like(/no-such-agent/) }),
  ]),
  own('An unknown agent is not drained.', [
    tell('POST /v2/agents/no-such-agent/drain', {}, { status: 404 }),
  ]),
  own('A deadline of a drain is a number.', [
    { send: 'GET /v2/agents', keep: { agent: 'body.agents.0.id' } },
    tell(
      'POST /v2/agents/{{agent}}/drain',
      { deadlineSeconds: 'soon' },
      misshapen('/deadlineSeconds', 'error.expected.jsnumber'),
    ),
  ]),
  own(
    'An agent gets no new tasks while it is deactivated.',
    [
      { send: 'GET /v2/agents', keep: { agent: 'body.agents.0.id' } },
      {
        send: 'POST /v2/agents/{{agent}}/deactivate',
        expect: { status: 200, body: { state: 'deactivated' } },
      },
      {
        send: 'POST /v2/agents/{{agent}}/activate',
        expect: { status: 200, body: { state: 'active' } },
      },
    ],
    { needs: ['root'] },
  ),
];

const roles: readonly Case[] = [
  own('Roles are listed with weight and quota.', [
    ask('GET /v2/roles', 200, { roles: containing({ role: '*', weight: between(0, 1e9) }) }),
  ]),
  own('A role without anything is not known.', [
    ask('GET /v2/roles/~', 404, { message: like(/^Role '~' has no weight/) }),
  ]),
  own(
    'A weight is set, shown, and taken back.',
    [
      tell(
        'PUT /v2/roles/~',
        { weight: 2 },
        { status: 200, body: { role: '~', weight: 2, quota: null } },
      ),
      ask('GET /v2/roles/~', 200, { weight: 2 }),
      { send: 'DELETE /v2/roles/~', expect: { status: 200, body: { weight: 1, quota: null } } },
    ],
    { afterwards: RESET },
  ),
  own(
    'A quota is set and shown.',
    [
      tell(
        'PUT /v2/roles/~',
        { quota: { limits: { cpus: 4 } } },
        { status: 200, body: { quota: { limits: { cpus: 4 } } } },
      ),
      tell('PUT /v2/roles/~', { quota: null }, { status: 200, body: { quota: null } }),
    ],
    { afterwards: RESET },
  ),
  own('A dry run stores nothing.', [
    tell('PUT /v2/roles/~?dryRun=true', { weight: 3 }, { status: 200, body: { weight: 3 } }),
    ask('GET /v2/roles/~', 404),
  ]),
  own('A weight is above zero.', [
    tell('PUT /v2/roles/~', { weight: 0 }, misshapen('/weight')),
    tell('PUT /v2/roles/~', { weight: 'much' }, misshapen('/weight', 'error.expected.jsnumber')),
  ]),
  own('A guarantee above the limit contradicts itself.', [
    tell(
      'PUT /v2/roles/~',
      { quota: { guarantees: { cpus: 4 }, limits: { cpus: 2 } } },
      { status: 422 },
    ),
    ask('GET /v2/roles/~', 404),
  ]),
  own('More is guaranteed than there is only with force.', [
    tell(
      'PUT /v2/roles/~',
      { quota: { guarantees: { cpus: 1_000_000 } } },
      { status: 409, body: { message: like(/./) } },
    ),
    ask('GET /v2/roles/~', 404),
  ]),
  own(
    'Roles may be paths.',
    [tell('PUT /v2/roles/~/x', { weight: 2 }, { status: 200, body: { role: '~/x', weight: 2 } })],
    { afterwards: ['DELETE /v2/roles/~/x?force=true', ...RESET] },
  ),
];

const others: readonly Case[] = [
  own('Offers that wait for an answer are listed.', [
    ask('GET /v2/offers', 200, { offers: each({ id: like(/./), agentId: like(/./) }) }),
  ]),
  own('Why says in sentences what an app waits for.', [
    add(stuck('/~/a')),
    {
      send: 'GET /v2/why?id=/~/a',
      until: true,
      expect: {
        status: 200,
        body: { waiting: 1, agents: containing({ refusals: containing(like(/^constraint /)) }) },
      },
    },
  ]),
  own('Why of an unknown app is 404.', [
    ask('GET /v2/why?id=/~/no', 404, { message: "App '/~/no' does not exist" }),
  ]),
  own(
    'A type of event of our own goes to those who name it.',
    [
      { listen: '/v2/events?event_type=role_changed_event' },
      tell('PUT /v2/roles/~', { weight: 2 }, { status: 200 }),
      { hear: [{ event: 'role_changed_event', data: { role: '~', weight: 2, quota: null } }] },
    ],
    { afterwards: RESET },
  ),
  own(
    'Types of events of our own are not sent to those who name none.',
    [
      { listen: '/v2/events' },
      tell('PUT /v2/roles/~', { weight: 2 }, { status: 200 }),
      add(idle('/~/a')),
      {
        hear: [{ event: 'api_post_event', data: { appDefinition: { id: '/~/a' } } }],
        butNot: [{ event: 'role_changed_event' }],
      },
    ],
    { afterwards: RESET },
  ),
];

export const pool: Area = {
  name: 'pool',
  about: 'agents, roles, offers: what Ekiden has of its own',
  cases: [...agents, ...roles, ...others],
};
