import type { Plan } from '../client/index.js';
import { planText } from '../output/index.js';
import { rootUpdate, type Document, type PresentGroup, type TreeChange } from '../tree/index.js';
import { EXIT, jsonText, type Call } from './call.js';
import { isSet } from './options.js';

/** The definitions of a server, without anything that runs. */
export function presentTree({ client }: Pick<Call, 'client'>): Promise<PresentGroup> {
  return client.get<PresentGroup>('/v2/groups', {
    embed: ['group.groups', 'group.apps', 'group.pods'],
  });
}

/** Shows what a change of apps would do; nothing is changed. */
export async function dryRun(call: Call, change: TreeChange): Promise<number> {
  return dryRunGroup(call, '/v2/groups', rootUpdate(await presentTree(call), change));
}

export async function dryRunGroup(call: Call, path: string, body: Document): Promise<number> {
  return showPlan(call, await askForPlan(call, path, body));
}

export function showPlan(call: Call, plan: Plan): number {
  const every = isSet(call, 'placements');
  call.terminal.out(call.options.json ? jsonText(plan) : planText(plan, { every }));
  if (!call.options.json) {
    noteWarnings(call, plan);
    call.terminal.note('Nothing was changed.');
  }
  return EXIT.ok;
}

/** What speaks against a plan, a line each. */
export function noteWarnings({ terminal }: Pick<Call, 'terminal'>, { warnings = [] }: Plan): void {
  for (const warning of warnings) terminal.note(`warning: ${warning}`);
}

export async function askForPlan(
  { client }: Pick<Call, 'client'>,
  path: string,
  body: Document,
): Promise<Plan> {
  const answer = await client.ask({ method: 'PUT', path, query: { dryRun: true }, body });
  return answer.body as Plan;
}
