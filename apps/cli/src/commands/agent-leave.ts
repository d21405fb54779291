import { UsageError, type Agent } from '../client/index.js';
import { EXIT, show, wholeNumber, type Call } from './call.js';
import type { CommandSpec, Flag } from './define.js';
import { isSet, textOf } from './options.js';

interface LeavingAgent extends Agent {
  readonly taskCount?: number;
  readonly drain?: { readonly deadline: string };
  readonly unavailability?: { readonly start: string; readonly durationSeconds?: number };
  readonly moving?: {
    readonly left: number;
    readonly of?: number;
    readonly estimatedEnd?: string;
    readonly blocked: readonly { readonly id: string; readonly reason: string }[];
  };
}

/** Between two looks at an agent that is left. */
const LOOK_MS = 1_000;

const WATCH: Flag = { flags: '-w, --watch', text: 'follow it until nothing is left to move' };

const drain: CommandSpec = {
  usage: 'drain <id>',
  summary: 'Empty a host: what runs there moves elsewhere, replacements first',
  about: 'What is left at the deadline is killed; an hour unless --deadline says otherwise.',
  examples: ['ekiden agent drain cbe318c1 --deadline 600 --reason "new memory" --watch'],
  flags: [
    { flags: '--deadline <seconds>', text: 'how long instances may take to move' },
    { flags: '--reason <text>', text: 'for people' },
    { flags: '--gone', text: 'once empty, the host is given up for good' },
    WATCH,
  ],
  run: async (call, [given = '']) => {
    const id = await fullId(call, given);
    const deadline = textOf(call, 'deadline');
    const reason = textOf(call, 'reason');
    const body = {
      ...(deadline === undefined ? {} : { deadlineSeconds: wholeNumber(deadline, '--deadline') }),
      ...(reason === undefined ? {} : { reason }),
      ...(isSet(call, 'gone') ? { markGone: true } : {}),
    };
    return leave(call, { method: 'POST', path: `${pathOfAgent(id)}/drain`, body }, id);
  },
};

const undrain: CommandSpec = {
  usage: 'undrain <id>',
  summary: 'Let a host take part again after a drain or a deactivation',
  examples: ['ekiden agent undrain cbe318c1'],
  run: async (call, [given = '']) => {
    const id = await fullId(call, given);
    const { body } = await call.client.ask({ method: 'POST', path: `${pathOfAgent(id)}/activate` });
    return show(call, body as LeavingAgent, (agent) => `${agent.hostname} takes part again`);
  },
};

const maintenance: CommandSpec = {
  usage: 'maintenance <id>',
  summary: 'Plan maintenance of a host, or call it off',
  about: 'From the start on nothing new is placed there and what runs moves; nothing is killed.',
  examples: [
    'ekiden agent maintenance cbe318c1 --start 2030-01-01T00:00:00Z --duration 3600',
    'ekiden agent maintenance cbe318c1 --cancel',
  ],
  flags: [
    { flags: '--start <time>', text: 'when it begins; now unless it is given' },
    { flags: '--duration <seconds>', text: 'for how long; for good unless it is given' },
    { flags: '--cancel', text: 'call off what is planned' },
    WATCH,
  ],
  run: async (call, [given = '']) => {
    const id = await fullId(call, given);
    const path = `${pathOfAgent(id)}/maintenance`;
    if (isSet(call, 'cancel')) {
      const { body } = await call.client.ask({ method: 'DELETE', path });
      return show(call, body as LeavingAgent, (agent) => `${agent.hostname} takes part again`);
    }
    const duration = textOf(call, 'duration');
    const start = textOf(call, 'start');
    const body = {
      ...(start === undefined ? {} : { start }),
      ...(duration === undefined ? {} : { durationSeconds: wholeNumber(duration, '--duration') }),
    };
    return leave(call, { method: 'PUT', path, body }, id);
  },
};

export const leaveCommands: readonly CommandSpec[] = [drain, undrain, maintenance];

function pathOfAgent(id: string): string {
  return `/v2/agents/${encodeURIComponent(id)}`;
}

/** The beginning of an id, or the name of a host, is enough where it means one. */
async function fullId({ client }: Call, given: string): Promise<string> {
  const { agents } = await client.get<{ readonly agents: readonly Agent[] }>('/v2/agents');
  const meant = agents.filter(({ id, hostname }) => id.startsWith(given) || hostname === given);
  const [first] = meant;
  if (meant.length > 1 && !meant.some(({ id }) => id === given)) {
    throw new UsageError(`${given} may be ${meant.map(({ id }) => id).join(' or ')}`);
  }
  return meant.find(({ id }) => id === given)?.id ?? first?.id ?? given;
}

async function leave(
  call: Call,
  request: { readonly method: 'POST' | 'PUT'; readonly path: string; readonly body: unknown },
  id: string,
): Promise<number> {
  const { body } = await call.client.ask(request);
  show(call, body as LeavingAgent, leavingText);
  return isSet(call, 'watch') ? watchLeaving(call, id) : EXIT.ok;
}

/** Tells what is left to move each time that changes, until nothing is; Ctrl-C stops watching. */
async function watchLeaving({ client, terminal }: Call, id: string): Promise<number> {
  let told = '';
  const stopped = new AbortController();
  const forget = terminal.onInterrupt(() => {
    stopped.abort();
  });
  try {
    while (!stopped.signal.aborted) {
      const agent = await client.find<LeavingAgent>(pathOfAgent(id));
      if (agent === undefined || (agent.moving?.left ?? agent.taskCount ?? 0) === 0) {
        terminal.note(`nothing is left on ${agent?.hostname ?? id}`);
        return EXIT.ok;
      }
      const text = leavingText(agent);
      if (text !== told) terminal.note(text);
      told = text;
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_MS);
      });
    }
    return EXIT.interrupted;
  } finally {
    forget();
  }
}

function leavingText({ hostname, drain: order, unavailability, moving }: LeavingAgent): string {
  const why = order === undefined ? 'maintenance' : 'drain';
  const end = order === undefined ? '' : `, the rest is killed at ${order.deadline}`;
  if (moving === undefined) {
    const start = unavailability === undefined ? '' : ` from ${unavailability.start} on`;
    return `${hostname}: ${why}${start}`;
  }
  const of = moving.of === undefined ? '' : ` of ${moving.of}`;
  const eta = moving.estimatedEnd === undefined ? '' : `, done at about ${moving.estimatedEnd}`;
  const lines = moving.blocked.map(({ id, reason }) => `  ${id}: ${reason}`);
  return [`${hostname}: ${moving.left}${of} tasks to move${eta}${end}`, ...lines].join('\n');
}
