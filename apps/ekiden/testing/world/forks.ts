import { takeTurn, type Turn, type TurnInput } from '../../src/core/loop/index.js';

/**
 * Decides the same turn twice from the same state, once looking at what is dirty and once looking
 * at every app, and says where the outcomes differ. Neither is committed. Who comes first where a
 * bound of the turn leaves somebody for later is a matter of order: both are decided once more
 * without that bound then.
 */
export function compareForks(input: () => TurnInput): readonly string[] {
  let [own, whole] = bothWays(input);
  if ([own, whole].some(isBounded)) [own, whole] = bothWays(() => unbounded(input()));
  const asIs = unnamed(own, outcomeOf(own));
  const all = unnamed(whole, outcomeOf(whole));
  return Object.keys(asIs).flatMap((part) => [
    ...without(asIs[part], all[part]).map((row) => `${part}, only when looking at dirty: ${row}`),
    ...without(all[part], asIs[part]).map((row) => `${part}, only when looking at all: ${row}`),
  ]);
}

function bothWays(input: () => TurnInput): [own: Turn, whole: Turn] {
  const first = input();
  const { dirty } = first.state.memory;
  const before = new Set(dirty);
  for (const volume of first.state.rows.volumes.values()) dirty.add(volume.appId);
  const own = takeTurn(first);
  for (const app of first.state.rows.apps.values()) dirty.add(app.id);
  for (const instance of first.state.rows.instances.values()) dirty.add(instance.appId);
  const whole = takeTurn(input());
  for (const app of [...dirty]) if (!before.has(app)) dirty.delete(app);
  return [own, whole];
}

/** Whether kills or new instances were left for a later turn. */
function isBounded({ draft, context }: Turn): boolean {
  return draft.killsWaiting.size > 0 || context.starts.short > 0;
}

function unbounded(input: TurnInput): TurnInput {
  const bounds = { killsOutstanding: 1_000, startsPerTurn: 1_000 };
  return { ...input, settings: { ...input.settings, ...bounds } };
}

/**
 * Instances and deployments are named in the order in which they come up, which is not what is
 * compared.
 */
function unnamed(
  { draft }: Turn,
  outcome: Record<string, readonly string[]>,
): Record<string, readonly string[]> {
  const instances = draft.instances
    .changes()
    .flatMap(([id]) => (draft.instances.before(id) === undefined ? [uuidIn(id)] : []));
  const deployments = draft.deployments
    .changes()
    .flatMap(([id]) => (draft.deployments.before(id) === undefined ? [id] : []));
  const fresh = [...instances, ...deployments];
  if (fresh.length === 0) return outcome;
  const names = new RegExp(fresh.join('|'), 'g');
  return Object.fromEntries(
    Object.entries(outcome).map(([part, rows]) => [
      part,
      rows.map((row) => row.replaceAll(names, 'new')),
    ]),
  );
}

function uuidIn(id: string): string {
  return /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(id)?.[0] ?? id;
}

function without(rows: readonly string[] = [], others: readonly string[] = []): string[] {
  const left = [...others];
  return rows.filter((row) => {
    const at = left.indexOf(row);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** What an empty turn would change; nothing, when the one before left nothing to do. */
export function emptyTurnWrites(input: TurnInput): readonly string[] {
  const turn = takeTurn(input);
  if (!turn.hasWrites && turn.events.length === 0 && turn.effects.length === 0) return [];
  return [`an empty turn changes something: ${JSON.stringify(outcomeOf(turn))}`];
}

function outcomeOf(turn: Turn): Record<string, readonly string[]> {
  const { draft, context } = turn;
  const { agents, frameworks, tasks } = context.master.changes();
  const parts: Record<string, readonly unknown[]> = {
    apps: draft.apps.changes(),
    groups: draft.groups.changes(),
    instances: draft.instances.changes(),
    deployments: draft.deployments.changes(),
    launchDelays: draft.launchDelays.changes(),
    taskFailures: draft.taskFailures.changes(),
    volumes: draft.volumes.changes(),
    unknownTasks: draft.unknownTasks.changes(),
    agents,
    frameworks,
    tasks,
    events: turn.events.map(({ event }) => event),
    effects: turn.effects,
  };
  return Object.fromEntries(Object.entries(parts).map(([name, rows]) => [name, rows.map(textOf)]));
}

function textOf(row: unknown): string {
  return JSON.stringify(row);
}
