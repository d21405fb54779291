import {
  absent,
  containing,
  exactly,
  like,
  timestamp,
  type Area,
  type Case,
} from '../language/index.js';
import { add, idle, settled, sleeper } from './steps.js';

const BOTH = { eventType: like(/./), timestamp };

const transport: readonly Case[] = [
  {
    name: 'A stream is text/event-stream, and never compressed.',
    source: '9.1',
    steps: [
      { listen: '/v2/events', headers: { 'accept-encoding': 'gzip' } },
      {
        hear: [
          {
            event: 'event_stream_attached',
            data: { remoteAddress: like(/./), eventType: 'event_stream_attached', timestamp },
          },
        ],
      },
    ],
  },
  {
    name: 'Without its Accept header there is no stream.',
    source: '9.1',
    steps: [
      { send: 'GET /v2/events', headers: { accept: 'application/json' }, expect: { status: 405 } },
      { send: 'GET /v2/events', headers: { accept: '*/*' }, expect: { status: 405 } },
    ],
  },
  {
    name: 'Frames are two lines and an empty one, ended by CR and LF, each on one line of JSON.',
    source: '9.1',
    steps: [
      { listen: '/v2/events?event_type=group_change_success' },
      add(idle('/~/a')),
      {
        hear: [{ event: 'group_change_success', data: { groupId: '/~' } }],
        raw: like(
          /event: group_change_success\r\ndata: \{[^\r\n]*"eventType":"group_change_success"[^\r\n]*\}\r\n\r\n/,
        ),
      },
    ],
  },
  {
    name: 'A stream of one type brings only that.',
    source: 'EVT-01',
    steps: [
      { listen: '/v2/events?event_type=deployment_success' },
      { send: 'POST /v2/apps', body: idle('/~/a'), keep: { id: 'headers.marathon-deployment-id' } },
      {
        hear: [{ event: 'deployment_success', data: { id: '{{id}}' } }],
        butNot: [
          { event: 'deployment_info' },
          { event: 'api_post_event' },
          { event: 'event_stream_attached' },
        ],
      },
    ],
  },
  {
    name: 'Several types may be asked for.',
    source: '9.1',
    steps: [
      { listen: '/v2/events?event_type=deployment_success&event_type=api_post_event' },
      add(idle('/~/a')),
      {
        hear: [
          { event: 'api_post_event', data: { appDefinition: { id: '/~/a' } } },
          { event: 'deployment_success' },
        ],
        butNot: [{ event: 'deployment_info' }],
      },
    ],
  },
  {
    name: 'A type that does not exist brings nothing.',
    source: '9.1',
    steps: [
      { listen: '/v2/events?event_type=weather&event_type=api_post_event' },
      add(idle('/~/a')),
      {
        hear: [{ event: 'api_post_event' }],
        butNot: [{ event: 'weather' }, { event: 'group_change_success' }],
      },
    ],
  },
  {
    name: 'The old plan-format changes nothing: plans are light.',
    source: 'EVT-03',
    steps: [
      { listen: '/v2/events?plan-format=light' },
      add(idle('/~/a')),
      {
        hear: [
          {
            event: 'deployment_info',
            data: {
              plan: {
                original: absent,
                target: absent,
                steps: containing({ actions: containing({ app: '/~/a' }) }),
              },
            },
          },
        ],
      },
    ],
  },
  {
    name: 'A stream that comes and goes is told to the others.',
    source: '9.2',
    steps: [
      { listen: '/v2/events?event_type=event_stream_attached' },
      {
        hear: [
          { event: 'event_stream_attached', data: exactly({ remoteAddress: like(/./), ...BOTH }) },
        ],
      },
    ],
  },
];

const ofAnApp: readonly Case[] = [
  {
    name: 'What becomes of a new app is told from its POST to the end of its deployment.',
    source: 'APP-02',
    needs: ['tasks'],
    steps: [
      { listen: '/v2/events' },
      {
        send: 'POST /v2/apps',
        body: sleeper('/~/a', 2),
        expect: { status: 201 },
        keep: { id: 'headers.marathon-deployment-id' },
      },
      {
        hear: [
          { event: 'api_post_event', data: { appDefinition: { id: '/~/a' } } },
          { event: 'group_change_success', data: { groupId: '/~' } },
          { event: 'status_update_event', data: { appId: '/~/a', taskStatus: 'TASK_RUNNING' } },
          { event: 'status_update_event', data: { appId: '/~/a', taskStatus: 'TASK_RUNNING' } },
          { event: 'deployment_success', data: { id: '{{id}}' } },
        ],
      },
      settled('/~/a'),
    ],
  },
];

const resuming: readonly Case[] = [
  {
    name: 'Events carry ids, and a stream resumes behind one.',
    source: 'issue 6',
    only: 'ekiden',
    steps: [
      { listen: '/v2/events?event_type=api_post_event' },
      add(idle('/~/a')),
      {
        hear: [
          { event: 'api_post_event', id: like(/^\d+$/), data: { appDefinition: { id: '/~/a' } } },
        ],
        keep: { last: 'frames.0.id' },
      },
      add(idle('/~/b')),
      add(idle('/~/c')),
      { listen: '/v2/events?event_type=api_post_event', headers: { 'last-event-id': '{{last}}' } },
      {
        hear: [
          { data: { appDefinition: { id: '/~/b' } } },
          { data: { appDefinition: { id: '/~/c' } } },
        ],
        inOrder: true,
        butNot: [{ data: { appDefinition: { id: '/~/a' } } }],
      },
    ],
  },
  {
    name: 'The parameter lastEventId says the same as the header.',
    source: 'issue 6',
    only: 'ekiden',
    steps: [
      { listen: '/v2/events?event_type=api_post_event' },
      add(idle('/~/a')),
      { hear: [{ data: { appDefinition: { id: '/~/a' } } }], keep: { last: 'frames.0.id' } },
      add(idle('/~/b')),
      { listen: '/v2/events?event_type=api_post_event&lastEventId={{last}}' },
      { hear: [{ data: { appDefinition: { id: '/~/b' } } }] },
    ],
  },
  {
    name: 'An id to resume from that is no number is 400.',
    source: 'issue 6',
    only: 'ekiden',
    steps: [
      {
        send: 'GET /v2/events',
        headers: { accept: 'text/event-stream', 'last-event-id': 'x' },
        expect: { status: 400 },
      },
    ],
  },
];

export const events: Area = {
  name: 'events',
  about: 'the event stream: transport, filters, resuming',
  cases: [...transport, ...ofAnApp, ...resuming],
};
