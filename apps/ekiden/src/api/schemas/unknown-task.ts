import { z } from 'zod';
import { at, number, ports, text } from './answer-fields.js';

export const unknownTask = z
  .object({
    id: text('Its id.', 'shop_web.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1'),
    appId: text('The app it was launched for; that need not exist.', '/shop/web'),
    agentId: text('Where it runs.', 'agent-1'),
    host: text('Name of that host.', 'node1'),
    epoch: number('Number of the leadership term that launched it.'),
    startedAt: at('When it was started, by the clock of its host.').optional(),
    hostPorts: ports('Its host ports; absent where its host does not know them.').optional(),
    seenAt: at('When it was found.'),
    state: z
      .enum(['unknown', 'removing'])
      .meta({ description: '`removing` = an operator wants it gone, and it is not gone yet.' }),
  })
  .meta({
    id: 'UnknownTask',
    description: 'A task on a host that is newer than the database the service runs on.',
  });
