import type { Operation } from './operation.js';

const FRAME = [
  'id: 4711',
  'event: deployment_success',
  'data: {"id":"5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11","plan":{"id":"5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11",' +
    '"steps":[{"actions":[{"action":"ScaleApplication","app":"/hello"}]}],' +
    '"version":"2021-03-04T05:06:07.080Z"},' +
    '"eventType":"deployment_success","timestamp":"2021-03-04T05:06:08.120Z"}',
  '',
  '',
].join('\r\n');

export const EVENT_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2/events',
    tag: 'Events',
    summary: 'Follow what happens',
    description:
      'Server-sent events, in the order in which they were committed. The request needs the header ' +
      '`Accept: text/event-stream`, exactly. ' +
      "Without a filter come all of Marathon's types; other types only to those that name them. " +
      'Every event has a number as its `id`: with the header `Last-Event-ID` (browsers send it by ' +
      'themselves) a stream goes on behind that number, nothing missed and nothing twice, also ' +
      'after a restart of the service. A client that stays too far behind is disconnected.\n\n' +
      'From a terminal:\n\n' +
      "```\ncurl -N -H 'Accept: text/event-stream' \\\n" +
      "  'http://localhost:8080/v2/events?event_type=deployment_success&event_type=deployment_failed'\n```",
    query: [
      {
        name: 'event_type',
        type: 'strings',
        example: 'deployment_success',
        description: 'Only events of this type. May be repeated.',
      },
      {
        name: 'lastEventId',
        type: 'string',
        example: '4711',
        description:
          'Like the header `Last-Event-ID`, which wins over it; `0` = everything that is kept.',
      },
    ],
    success: {
      status: 200,
      description: 'The stream; it does not end by itself.',
      shape: { type: 'string' },
      mediaType: 'text/event-stream',
      example: FRAME,
    },
    errors: {
      400: { description: '`Last-Event-ID` is no number.', examples: ['noEventNumber'] },
      405: 'The header `Accept: text/event-stream` is missing.',
    },
  },
];
