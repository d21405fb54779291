import { type Agent } from '../client/index.js';
import { table, type Column } from '../output/index.js';
import { leaveCommands } from './agent-leave.js';
import { jsonText, show } from './call.js';
import type { CommandSpec, Noun } from './define.js';
import { isSet } from './options.js';

type Amounts = Readonly<Record<string, number | string>>;

interface AgentView extends Agent {
  readonly taskCount?: number;
  readonly resources?: {
    readonly total?: { readonly amounts?: Amounts };
    readonly free?: { readonly amounts?: Amounts };
  };
}

interface RoleView {
  readonly role: string;
  readonly weight: number;
  readonly share: number;
  readonly quota: unknown;
  readonly consumed?: Amounts;
}

const AGENT_COLUMNS: readonly Column[] = [
  'ID',
  'HOST',
  'STATE',
  { title: 'TASKS', right: true },
  { title: 'CPUS FREE', right: true },
  { title: 'MEM FREE', right: true },
];

const listAgents: CommandSpec = {
  usage: 'list',
  summary: 'List hosts, with what is free on them',
  examples: ['ekiden agent list'],
  run: async (call) => {
    const found = await call.client.get<{ readonly agents: readonly AgentView[] }>('/v2/agents');
    return show(call, found, ({ agents }) =>
      table(
        AGENT_COLUMNS,
        agents.map((agent) => [
          agent.id,
          agent.hostname,
          agent.state ?? '',
          String(agent.taskCount ?? 0),
          freeOf(agent, 'cpus'),
          freeOf(agent, 'mem'),
        ]),
        'There are no hosts.',
      ),
    );
  },
};

const showAgent: CommandSpec = {
  usage: 'show <id>',
  summary: 'Show everything known of a host',
  examples: ['ekiden agent show cbe318c1-ddb3-4e52-ada2-0b5062a6a76a'],
  run: async (call, [id = '']) =>
    show(call, await call.client.get(`/v2/agents/${encodeURIComponent(id)}`), jsonText),
};

const removeAgent: CommandSpec = {
  usage: 'remove <id>',
  summary: 'Declare a host gone for good: its tasks are replaced at once',
  about: 'One that still answers takes --force; its id is refused from then on.',
  examples: ['ekiden agent remove cbe318c1-ddb3-4e52-ada2-0b5062a6a76a'],
  flags: [{ flags: '--force', text: 'although it still answers' }],
  run: async (call, [id = '']) => {
    const answer = await call.client.ask({
      method: 'DELETE',
      path: `/v2/agents/${encodeURIComponent(id)}`,
      query: { force: isSet(call, 'force') },
    });
    return show(call, answer.body as AgentView, (agent) => `${agent.id} is given up`);
  },
};

const listRoles: CommandSpec = {
  usage: 'list',
  summary: 'List roles with their weights, quotas and shares',
  examples: ['ekiden role list'],
  run: async (call) => {
    const found = await call.client.get<{ readonly roles: readonly RoleView[] }>('/v2/roles');
    return show(call, found, ({ roles }) =>
      table(
        [
          'ROLE',
          { title: 'WEIGHT', right: true },
          { title: 'SHARE', right: true },
          'USES',
          'QUOTA',
        ],
        roles.map(({ role, weight, share, quota, consumed = {} }) => [
          role,
          String(weight),
          `${(share * 100).toFixed(1)} %`,
          amountsText(consumed),
          quota === null || quota === undefined ? '-' : JSON.stringify(quota),
        ]),
        'There are no roles.',
      ),
    );
  },
};

export const agentCommands: Noun = {
  name: 'agent',
  aliases: ['agents'],
  summary: 'Hosts: list, show, drain, undrain, maintenance, remove',
  commands: [listAgents, showAgent, ...leaveCommands, removeAgent],
};

export const roleCommands: Noun = {
  name: 'role',
  aliases: ['roles'],
  summary: 'Shares of the pool: list',
  commands: [listRoles],
};

function freeOf({ resources }: AgentView, name: string): string {
  const free = resources?.free?.amounts?.[name] ?? 0;
  const total = resources?.total?.amounts?.[name] ?? 0;
  return `${free} of ${total}`;
}

function amountsText(amounts: Amounts): string {
  const texts = Object.entries(amounts).map(([name, amount]) => `${name} ${amount}`);
  return texts.length === 0 ? '-' : texts.join(', ');
}
