import { expect } from 'chai';

import {
  commandsOf,
  oracleAllocator,
  playBoth,
  shorten,
  type AgentOrder,
  type Command,
  type Divergence,
  type HistoryOptions,
} from '../../testing/oracle/index.js';
import { hashOf } from './books/agent-hash.js';
import { drfAllocator, type DrfOptions } from './drf-allocator.js';
import { agentOrder } from './run/agent-order.js';

const COMMANDS = 1_000;
const SHORTENINGS = 300;

/** The order of agents is agreed, not judged: both take the same. */
const order: AgentOrder = (ids, chance) =>
  agentOrder(
    ids.map((id) => ({ id, hash: hashOf(id) })),
    chance.int(2 ** 32),
  ).map(({ id }) => id);

const modes: readonly (readonly [string, Omit<HistoryOptions, 'seed'>, readonly number[]])[] = [
  ['in cycles', { batch: true, cyclesOnly: true }, [1, 2]],
  ['with Mesos’s triggers', { batch: true }, [101, 102]],
  ['event-driven', { batch: false }, [201, 202]],
];

describe('the allocator decides as the naive oracle', () => {
  for (const [name, mode, seeds] of modes) {
    for (const seed of seeds) {
      it(`${name} over ${COMMANDS} commands (seed ${seed})`, () => {
        const options = { ...mode, seed };
        const commands = commandsOf(seed, COMMANDS);
        const apart = play(options, commands);
        if (apart !== undefined) expect.fail(report(options, commands, apart));
      });
    }
  }
});

function play(options: HistoryOptions, commands: readonly Command[]): Divergence | undefined {
  const common: DrfOptions = {
    mode: options.batch ? 'batch' : 'incremental',
    region: 'r',
    fairnessExclude: ['gpus'],
  };
  return playBoth(
    () => [drfAllocator(common), oracleAllocator({ ...common, agentOrder: order })],
    options,
    commands,
  );
}

/** The shortest history found that still ends in the same kind of difference. */
function report(options: HistoryOptions, commands: readonly Command[], apart: Divergence): string {
  let tries = SHORTENINGS;
  const shorter = shorten(commands.slice(0, apart.at + 1), (fewer) => {
    tries -= 1;
    return tries > 0 && kindOf(play(options, fewer)) === kindOf(apart);
  });
  const last = play(options, shorter) ?? apart;
  return ['apart after', ...last.story, last.what].join('\n');
}

function kindOf(apart: Divergence | undefined): string | undefined {
  return apart?.what.split(':')[0]?.replace(/^A\d+$/, 'agent');
}
