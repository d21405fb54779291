import { UsageError } from '../client/index.js';
import { deploy } from './call.js';
import type { CommandSpec } from './define.js';
import { readPlan } from './plan-file.js';

export const applyCommand: CommandSpec = {
  usage: 'apply <plan>',
  summary: 'Do exactly what a plan says that was kept with `plan --out`',
  about:
    'Refused if any definition has changed since it was made, with what and by which deployment.\n' +
    'A plan that changes nothing starts no deployment.',
  examples: [
    'ekiden plan examples/shop/group.json --out shop.plan',
    'ekiden apply shop.plan --watch',
    'ekiden apply shop.plan --queue',
  ],
  takes: ['watch', 'queue'],
  run: async (call, [file]) => {
    if (file === undefined) throw new UsageError('name the file that holds the plan');
    const { request, subject, parent, digest } = await readPlan(file, call.terminal);
    const { path, query, body } = request;
    const write = { method: 'PUT', path, query: { ...query, parent, digest }, body } as const;
    return deploy(call, write, `applying the plan of ${subject}`);
  },
};
