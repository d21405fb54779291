import { SeededChance, type AgentId } from '@ekiden/kernel';

import type {
  AgentBooks,
  AllocationRun,
  Allocator,
  AllocatorTurn,
  RoleBooks,
} from '../../src/allocator/index.js';
import { SteadyChance } from './steady-chance.js';
import { plan, type Command, type HistoryOptions, type Step } from './steps.js';
import { World } from './world.js';

/** A run of a history, as somebody sees it who looks before and after. */
export interface Moment {
  readonly step: Step;
  readonly run: AllocationRun;
  /** Of the turn the run was in, after it. */
  readonly turn: AllocatorTurn;
  readonly world: World;
  /** As it was when the run began. */
  readonly agentsBefore: ReadonlyMap<AgentId, AgentBooks>;
  readonly rolesBefore: readonly RoleBooks[];
}

/** Plays a history on one allocator and shows every run. Returns the world as it is at the end. */
export function playOne(
  allocator: Allocator,
  options: HistoryOptions,
  commands: readonly Command[],
  look: (moment: Moment) => void,
): World {
  let world = new World(options.seed);
  for (const command of commands) {
    const draft = world.copy();
    const step = plan(draft, new SeededChance(command), options);
    const turn = allocator.begin();
    for (const event of step.events) turn.reduce(event);
    if (step.allocate) look(momentOf(turn, draft, step, command));
    if (step.dropped) continue;
    turn.merge();
    world = draft;
  }
  return world;
}

function momentOf(turn: AllocatorTurn, world: World, step: Step, seed: number): Moment {
  const agentsBefore = new Map<AgentId, AgentBooks>();
  for (const agentId of world.agents.keys()) {
    const books = turn.agent(agentId);
    if (books !== undefined) agentsBefore.set(agentId, books);
  }
  const rolesBefore = turn.roles();
  const { cycle, offersMax } = step;
  const run = turn.allocate({ now: world.now, chance: new SteadyChance(seed), offersMax, cycle });
  world.took(run);
  return { step, run, turn, world, agentsBefore, rolesBefore };
}
