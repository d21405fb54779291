import type { Operation } from './operation.js';
import { DRAINING } from './pool-examples.js';

const START = '2030-01-01T00:00:00.000Z';
const START_NS = Date.parse(START) * 1e6;
const HOUR_NS = 3_600_000_000_000;

const SCHEDULE = {
  windows: [
    {
      machine_ids: [{ hostname: 'node1' }],
      unavailability: { start: { nanoseconds: START_NS }, duration: { nanoseconds: HOUR_NS } },
    },
  ],
};

const { drain: _drain, since: _since, ...AGENT } = DRAINING;
const PLANNED = {
  ...AGENT,
  state: 'active',
  unavailability: { start: START, durationSeconds: 3_600 },
};

const UNKNOWN_AGENT = 'No such agent; the message names those that look alike.';

const AFTER = {
  status: 200 as const,
  description: 'The agent as it is now.',
  shape: { schema: 'AgentDetails' },
};

const SCHEDULE_AFTER = {
  status: 200 as const,
  description: 'What is planned now.',
  shape: { schema: 'MaintenanceSchedule' },
  example: SCHEDULE,
};

const MEANING =
  'From `EKIDEN_DRAINING_SECONDS` before the start until its end the agent gets no new tasks, and ' +
  'instances of apps move elsewhere, replacements first. Nothing is killed for it: drain the agent ' +
  'for that. A window that is over is forgotten.';

export const MAINTENANCE_OPERATIONS: readonly Operation[] = [
  {
    method: 'put',
    path: '/v2/agents/{agent}/maintenance',
    tag: 'Agents and roles',
    summary: 'Plan maintenance of an agent',
    description: `It replaces what was planned for it. ${MEANING}`,
    body: {
      schema: 'AgentMaintenance',
      examples: {
        hour: { summary: 'An hour', value: { start: START, durationSeconds: 3_600 } },
        open: { summary: 'For good', value: { start: START } },
      },
    },
    success: { ...AFTER, example: PLANNED },
    errors: {
      404: UNKNOWN_AGENT,
      422: { description: 'A wrong time.', examples: ['wrongStart'] },
    },
  },
  {
    method: 'delete',
    path: '/v2/agents/{agent}/maintenance',
    tag: 'Agents and roles',
    summary: 'Call off maintenance of an agent',
    description: 'It takes part again at once. Harmless where nothing was planned.',
    success: { ...AFTER, example: { ...AGENT, state: 'active' } },
    errors: { 404: UNKNOWN_AGENT },
  },
  {
    method: 'get',
    path: '/v2/maintenance/schedule',
    tag: 'Agents and roles',
    summary: 'Show what maintenance is planned',
    description: "In the form of Mesos's API.",
    success: SCHEDULE_AFTER,
    errors: {},
  },
  {
    method: 'post',
    path: '/v2/maintenance/schedule',
    tag: 'Agents and roles',
    summary: 'Plan maintenance of all agents',
    description:
      "In the form of Mesos's API: it replaces all that was planned, and what it does not name is " +
      `called off. ${MEANING}`,
    body: {
      schema: 'MaintenanceSchedule',
      examples: {
        none: { summary: 'Nothing', value: { windows: [] } },
      },
    },
    success: SCHEDULE_AFTER,
    errors: {
      422: { description: 'Hosts that nobody knows, or wrong times.', examples: ['unknownHost'] },
    },
  },
  {
    method: 'get',
    path: '/v2/maintenance/status',
    tag: 'Agents and roles',
    summary: 'Show how far agents are on their way into maintenance',
    description: 'With what frameworks said that were asked to leave.',
    success: {
      status: 200,
      description: 'The hosts.',
      shape: { schema: 'MaintenanceStatus' },
      example: {
        draining_machines: [
          {
            id: { hostname: 'node1' },
            statuses: [
              {
                framework_id: { value: '5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11-0000' },
                status: 'ACCEPT',
                timestamp: START,
              },
            ],
          },
        ],
        down_machines: [],
      },
    },
    errors: {},
  },
];
