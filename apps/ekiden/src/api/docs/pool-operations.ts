import { MAINTENANCE_OPERATIONS } from './maintenance-operations.js';
import type { ErrorCase, Operation, QueryParameter, Success } from './operation.js';
import { AGENT, AGENT_DETAILS, DRAINING, OFFERS, ROLE } from './pool-examples.js';

const UNKNOWN_AGENT = 'No such agent; the message names those that look alike.';

const AGENT_AFTER: Success = {
  status: 200,
  description: 'The agent as it is now. Saying it again changes nothing.',
  shape: { schema: 'AgentDetails' },
  example: AGENT_DETAILS,
};

const AGENT_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2/agents',
    tag: 'Agents and roles',
    summary: 'List the agents',
    description: 'Hosts with their resources: in all, used, offered and free.',
    success: {
      status: 200,
      description: 'The agents, by id.',
      shape: { keys: { agents: { listOf: 'Agent' } } },
      example: { agents: [AGENT] },
    },
    errors: {},
  },
  {
    method: 'get',
    path: '/v2/agents/{agent}',
    tag: 'Agents and roles',
    summary: 'Show an agent',
    description: 'With its tasks, of all frameworks.',
    success: { ...AGENT_AFTER, description: 'The agent.' },
    errors: { 404: UNKNOWN_AGENT },
  },
  {
    method: 'post',
    path: '/v2/agents/{agent}/drain',
    tag: 'Agents and roles',
    summary: 'Empty an agent',
    description:
      'It gets no new tasks, and instances of apps move elsewhere: where `upgradeStrategy` leaves ' +
      'room, each is stopped only when its replacement is healthy, else within ' +
      '`minimumHealthCapacity`. `/v2/why` says what a move waits for. At the deadline what is ' +
      'left is killed. An empty agent is `drained`, until it is activated. Said again, it sets a ' +
      'new deadline.',
    body: {
      schema: 'AgentDrain',
      examples: {
        window: { summary: 'Within ten minutes', value: { deadlineSeconds: 600 } },
        forGood: { summary: 'And never back', value: { deadlineSeconds: 600, markGone: true } },
      },
    },
    success: {
      status: 202,
      description: 'The agent as it is now.',
      shape: { schema: 'AgentDetails' },
      example: DRAINING,
    },
    errors: {
      404: UNKNOWN_AGENT,
      422: { description: 'A wrong deadline.', examples: ['wrongDeadline'] },
    },
  },
  {
    method: 'post',
    path: '/v2/agents/{agent}/activate',
    tag: 'Agents and roles',
    summary: 'Let an agent take part again',
    description:
      'Ends a drain or a deactivation. What has moved away does not come back by itself.',
    success: AGENT_AFTER,
    errors: { 404: UNKNOWN_AGENT },
  },
  {
    method: 'post',
    path: '/v2/agents/{agent}/deactivate',
    tag: 'Agents and roles',
    summary: 'Keep new tasks away from an agent',
    description: 'What runs there stays.',
    success: AGENT_AFTER,
    errors: { 404: UNKNOWN_AGENT },
  },
];

const GIVE_UP: Operation = {
  method: 'delete',
  path: '/v2/agents/{agent}',
  tag: 'Agents and roles',
  summary: 'Declare an agent gone for good',
  description:
    'For a machine that never comes back: its tasks count as gone and are replaced at once, ' +
    'without waiting for any `unreachableStrategy`. Its id is refused from then on; should it ' +
    'come back all the same, what it runs is stopped. One that still answers is given up only ' +
    'with `force`: drain it with `markGone` to have its tasks moved first.',
  query: [
    { name: 'force', type: 'boolean', fallback: false, description: 'Although it still answers.' },
  ],
  success: { ...AGENT_AFTER, description: 'The agent as it was.' },
  errors: {
    404: UNKNOWN_AGENT,
    409: { description: 'It still answers; see `force`.', examples: ['agentAnswers'] },
  },
};

const OFFER_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2/offers',
    tag: 'Agents and roles',
    summary: 'List what is offered at this moment',
    description:
      'The service takes or declines its own offers in the moment they are made: most of the time ' +
      'only those of other frameworks show here. `allocator` says what it is at.',
    success: {
      status: 200,
      description: 'The offers, oldest first.',
      shape: { keys: { offers: { listOf: 'Offer' }, allocator: { schema: 'OfferFacts' } } },
      example: OFFERS,
    },
    errors: {},
  },
];

const ROLE_WRITE: readonly QueryParameter[] = [
  {
    name: 'force',
    type: 'boolean',
    fallback: false,
    description: 'Although the pool has less than is guaranteed, or more is used than the limit.',
  },
  {
    name: 'dryRun',
    type: 'boolean',
    fallback: false,
    description: 'Change nothing; answer with what the role would be.',
  },
];

const CONFLICT: ErrorCase = {
  description:
    'The pool cannot keep the guarantees, or more is used than the limits allow; see `force`.',
  examples: ['overcommitted'],
};

const ROLE_AFTER: Success = {
  status: 200,
  description: 'The role as it is now.',
  shape: { schema: 'Role' },
  example: ROLE,
};

const ROLE_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2/roles',
    tag: 'Agents and roles',
    summary: 'List the roles',
    description:
      'Every role that has a framework, a weight, a quota or a reservation, and those above it.',
    success: {
      status: 200,
      description: 'The roles, by name.',
      shape: { keys: { roles: { listOf: 'Role' } } },
      example: { roles: [ROLE] },
    },
    errors: {},
  },
  {
    method: 'get',
    path: '/v2/roles/{role}',
    tag: 'Agents and roles',
    samples: { role: '*' },
    summary: 'Show a role',
    description: 'What it may have, what it has, and who is in it.',
    success: { ...ROLE_AFTER, description: 'The role.' },
    errors: {
      404: {
        description: 'Nobody is in such a role or said anything of it.',
        examples: ['noRole'],
      },
    },
  },
  {
    method: 'put',
    path: '/v2/roles/{role}',
    tag: 'Agents and roles',
    summary: 'Set weight and quota of a role',
    description:
      'Guarantees are kept free for the role, limits are never exceeded; both count its whole ' +
      'subtree, so a role is bound by those above it, too. `"quota": null` removes a quota. ' +
      'Nothing that runs is killed.',
    query: ROLE_WRITE,
    body: {
      schema: 'RoleUpdate',
      examples: {
        weight: { summary: 'Twice the share of others', value: { weight: 2 } },
        limit: { summary: 'Eight processors at most', value: { quota: { limits: { cpus: 8 } } } },
        both: {
          summary: 'A guarantee and a limit',
          value: { quota: { guarantees: { cpus: 1, mem: 512 }, limits: { cpus: 8 } } },
        },
      },
    },
    success: ROLE_AFTER,
    errors: {
      409: CONFLICT,
      422: {
        description: 'Wrong amounts, or a name that is no role; all errors at once.',
        examples: ['guaranteeAboveLimit', 'noRoleName'],
      },
    },
  },
  {
    method: 'delete',
    path: '/v2/roles/{role}',
    tag: 'Agents and roles',
    summary: 'Set a role back to weight 1 without a quota',
    description: 'Frameworks and reservations stay.',
    query: ROLE_WRITE,
    success: ROLE_AFTER,
    errors: {
      409: {
        description: 'A role above or below it needs its quota.',
        examples: ['overcommitted'],
      },
      422: { description: 'A name that is no role.', examples: ['noRoleName'] },
    },
  },
];

export const POOL_OPERATIONS: readonly Operation[] = [
  ...AGENT_OPERATIONS,
  GIVE_UP,
  ...MAINTENANCE_OPERATIONS,
  ...ROLE_OPERATIONS,
  ...OFFER_OPERATIONS,
];
