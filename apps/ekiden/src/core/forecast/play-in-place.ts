import { SeededChance, type AgentId, type Steps } from '@ekiden/kernel';
import { NO_RESOURCES, addResources } from '@ekiden/offers';
import type { AppDefinition } from '../app/index.js';
import { isTerminal, type Instance } from '../instance/index.js';
import type { Refusal, Seat } from '../matching/index.js';
import { leftAfter, reservedFor, returningClaim } from '../volume/index.js';
import type { Paper } from './paper.js';
import type { Played } from './play-rolling.js';

/** Instances that are played between two steps. */
const AT_ONCE = 50;

/**
 * One instance after the other, each on the agent that it had (serial): the first that finds no
 * place ends it, as the next is not stopped then.
 */
export function* playSerial(paper: Paper, app: AppDefinition): Steps<Played> {
  const olds = livingOf(paper, app).slice(0, app.instances);
  const seats: Seat[] = [];
  let refusals: readonly Refusal[] = [];
  for (const [index, old] of olds.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) yield;
    paper.release(old);
    const home = old.task === undefined ? [] : [old.task.agentId];
    const there = paper.pool.place([{ app, count: 1 }], home);
    const found = there.seats.length > 0 ? there : paper.place(app, 1);
    seats.push(...found.seats);
    refusals = found.refusals;
    if (found.seats.length === 0) break;
  }
  return yield* withNew(paper, app, { starts: app.instances, seats, refusals }, olds.length);
}

/** Instances with data: each on its own agent, on what is reserved for it there. */
export function* playResidents(paper: Paper, app: AppDefinition): Steps<Played> {
  const olds = livingOf(paper, app)
    .filter(({ reservation }) => reservation !== undefined)
    .slice(0, app.instances);
  const changed = olds.filter(
    ({ configVersion, condition }) =>
      configVersion !== app.versionInfo.lastConfigChangeAt || condition === 'Scheduled',
  );
  const seats: Seat[] = [];
  let because: string | undefined;
  for (const [index, old] of changed.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) yield;
    const seat = seatAtHome(paper, app, old);
    if (typeof seat === 'string') because = seat;
    else seats.push(seat);
  }
  const starts = changed.length + Math.max(0, app.instances - olds.length);
  const played = { starts, seats, refusals: [], ...(because === undefined ? {} : { because }) };
  return yield* withNew(paper, app, played, olds.length);
}

function livingOf({ context }: Paper, { id }: AppDefinition): readonly Instance[] {
  return context.draft.instances
    .by('app', id)
    .filter((each) => each.goal !== 'Decommissioned' && !isGone(each));
}

function isGone({ condition, reservation }: Instance): boolean {
  return isTerminal(condition) && reservation === undefined;
}

/** A place on its own agent; or why there is none. */
function seatAtHome(paper: Paper, app: AppDefinition, instance: Instance): Seat | string {
  const { context, pool } = paper;
  const { reservation } = instance;
  if (reservation === undefined) return 'its data has no agent';
  const { agentId } = reservation;
  const free = pool.free(agentId);
  const row = pool.agent(agentId);
  if (free === undefined || row === undefined) {
    return `agent ${agentId}, where its data is, takes no tasks`;
  }
  paper.work += 1;
  const held = reservedFor(row.total, reservation.id);
  const others = reservedFor(free, reservation.id).length > 0 ? free : addResources(free, held);
  const claim = returningClaim({
    app,
    volumes: context.draft.volumes.by('reservation', reservation.id),
    reservation,
    offered: others,
    framework: context.state.frameworkId,
    chance: new SeededChance(1),
  });
  if (!claim.ok) return `${claim.error} (agent ${agentId})`;
  pool.leave(agentId, leftAfter(others, claim.value));
  return { app, agentId, resources: NO_RESOURCES };
}

/** Beside those that are replaced: what is new finds any place. */
function* withNew(
  paper: Paper,
  app: AppDefinition,
  played: Played,
  replaced: number,
): Steps<Played> {
  const more = app.instances - replaced;
  if (more <= 0) return played;
  yield;
  const beside: AgentId[] = played.seats.map(({ agentId }) => agentId);
  const { seats, refusals } = paper.place(app, more, beside);
  return {
    ...played,
    seats: [...played.seats, ...seats],
    refusals: [...played.refusals, ...refusals],
  };
}
