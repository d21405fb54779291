import { pathOf, type QueueItem, type Why } from '../client/index.js';
import { paint, queueTable, whyText } from '../output/index.js';
import { absoluteId } from '../tree/index.js';
import { show } from './call.js';
import type { CommandSpec, Noun } from './define.js';

const list: CommandSpec = {
  usage: 'list',
  summary: 'List what waits to be started, and why',
  examples: ['ekiden queue list'],
  run: async (call) => {
    const found = await call.client.get<{ readonly queue: readonly QueueItem[] }>('/v2/queue', {
      embed: 'reasons',
    });
    return show(call, found, ({ queue }) => queueTable(queue));
  },
};

const resetDelay: CommandSpec = {
  usage: 'reset-delay <id>',
  summary: 'Try again at once to start what failed before',
  examples: ['ekiden queue reset-delay /shop/web'],
  run: async (call, [id = '']) => {
    const path = `${pathOf('/v2/queue', id)}/delay`;
    const { body } = await call.client.ask({ method: 'DELETE', path });
    return show(call, body, () => `${absoluteId(id)} is tried again`);
  },
};

export const queueCommands: Noun = {
  name: 'queue',
  summary: 'What waits to be started: list, reset-delay',
  commands: [list, resetDelay],
};

export const whyCommand: CommandSpec = {
  usage: 'why <id>',
  summary: 'Say why something is not as it shall be, and what would help',
  about: 'ID is that of an app, a pod, a group, a deployment, an instance or a task.',
  examples: ['ekiden why /shop/web', 'ekiden why /shop'],
  run: async (call, [id = '']) => {
    const why = await call.client.get<Why>('/v2/why', { id });
    return show(call, why, (answer) => whyText(answer, paint(call.terminal.colours)));
  },
};
