import { agentOperations } from './agent-operations.js';
import { convertOperations } from './convert-operations.js';
import { demandOperations } from './demand-operations.js';
import { frameworkOperations } from './framework-operations.js';
import { offerOperations } from './offer-operations.js';
import type { Operation, Refusal } from './operation.js';
import { questions } from './questions.js';
import { quotaOperations } from './quota-operations.js';
import type { ReplayEvent } from './replay-event.js';
import { timeOperations } from './time-operations.js';
import { World, type ReplayParts } from './world.js';

const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    ...timeOperations,
    ...agentOperations,
    ...frameworkOperations,
    ...demandOperations,
    ...offerOperations,
    ...convertOperations,
    ...quotaOperations,
    ...questions,
  }),
);

/** The names of all commands. */
export const OPS: readonly string[] = [...OPERATIONS.keys()];

/**
 * Plays commands to an allocator and tells what it decides; the protocol is in README.md. Pure:
 * its clock moves by `advance` only, its chance comes from the seed, so the same lines give the
 * same events.
 */
export class Replay {
  private readonly world: World;

  constructor(parts: ReplayParts) {
    this.world = new World(parts);
  }

  /**
   * Takes one line as JSON has read it; `line` is its number, from 1. What breaks a rule is
   * answered with one `error` event and changes nothing.
   */
  take(command: unknown, line: number): readonly ReplayEvent[] {
    if (!isRecord(command)) return [invalid(line, line, [{ rule: 'a line is a JSON object' }])];
    const { op, note, ...fields } = command;
    const act = typeof op === 'string' ? OPERATIONS.get(op) : undefined;
    if (typeof op !== 'string' || act === undefined) {
      const rule = typeof op === 'string' ? `${op} is no op` : 'expected an op';
      return [invalid(line, typeof op === 'string' ? op : line, [{ path: '/op', rule }])];
    }
    const outcome = act(this.world, fields);
    return outcome.ok ? outcome.value : [invalid(line, op, outcome.error)];
  }

  /**
   * What does not hold of the books, for tests: per agent, what the allocator has allocated is
   * what is offered and used, and free is the rest.
   */
  violations(): readonly string[] {
    return this.world.violations();
  }
}

export function invalid(
  line: number,
  command: string | number,
  refusals: readonly Refusal[],
): ReplayEvent {
  const path = refusals.find((each) => each.path !== undefined)?.path;
  const message = refusals
    .map((each) => (each.path === undefined ? each.rule : `${each.path}: ${each.rule}`))
    .join('; ');
  return { event: 'error', command, line, message, ...(path !== undefined && { path }) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
