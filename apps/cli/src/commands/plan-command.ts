import { UsageError, type Plan } from '../client/index.js';
import type { Document } from '../tree/index.js';
import type { Call } from './call.js';
import type { CommandSpec } from './define.js';
import { inputOf, textOf } from './options.js';
import { savePlan } from './plan-file.js';
import { showPlan } from './plan.js';
import { writeOf } from './write-request.js';

export const planCommand: CommandSpec = {
  usage: 'plan [files...]',
  summary: 'Show what definitions would change, step by step; nothing is changed',
  about:
    'Of a server: a group as `group update` would send it, or apps, as one deployment.\n' +
    'With --from and --to it needs no server: the plan from one state of a group to another.\n' +
    'Such files may be documents to send, or what `group show --json` has printed.',
  examples: [
    'ekiden plan examples/shop/group.json',
    'ekiden plan web.json api.json --json',
    'ekiden plan examples/shop/group.json --out shop.plan && ekiden apply shop.plan',
    'ekiden plan --from before.json --to after.json',
    'ekiden plan --from before.json --to after.json --json | jq .levels',
  ],
  takes: ['input'],
  flags: [
    { flags: '--from <file>', text: 'the group as it is; {} = nothing yet' },
    { flags: '--to <file>', text: 'the group as it shall be' },
    { flags: '--out <plan>', text: 'keep the plan in a file, for `ekiden apply`' },
    { flags: '--placements', text: 'name every agent that instances would go to' },
  ],
  run: async (call, files) => {
    const from = textOf(call, 'from');
    const to = textOf(call, 'to');
    if (from === undefined && to === undefined) return planOfServer(call, files);
    if (
      from === undefined ||
      to === undefined ||
      files.length > 0 ||
      textOf(call, 'out') !== undefined
    ) {
      throw new UsageError(
        '--from FILE and --to FILE go together, and with no other definition, nor --out',
      );
    }
    // The rules for definitions are loaded only where they are needed.
    const { planWithoutServer } = await import('./plan-without-server.js');
    return planWithoutServer(call, from, to);
  },
};

async function planOfServer(call: Call, files: readonly string[]): Promise<number> {
  return planOf(call, await inputOf(call, files));
}

/** What a server would do with these definitions. */
export async function planOf(call: Call, documents: readonly Document[]): Promise<number> {
  const { request, subject } = writeOf(documents);
  const answer = await call.client.ask({ ...request, query: { ...request.query, dryRun: true } });
  const plan = answer.body as Plan;
  const code = showPlan(call, plan);
  const out = textOf(call, 'out');
  if (out === undefined) return code;
  await savePlan(out, { request, subject, plan });
  call.terminal.note(`kept; do exactly this with: ekiden apply ${out}`);
  return code;
}
