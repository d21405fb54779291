import { takeTurn, type Turn, type TurnInput } from '../../src/core/loop/index.js';

/**
 * Decides the same turn twice from the same state, once looking at what is dirty and once looking
 * at every app, and says where the outcomes differ. Neither is committed.
 */
export function compareForks(input: () => TurnInput): readonly string[] {
  const first = input();
  const { dirty } = first.state.memory;
  const before = new Set(dirty);
  for (const volume of first.state.rows.volumes.values()) dirty.add(volume.appId);
  const own = takeTurn(first);
  for (const app of first.state.rows.apps.values()) dirty.add(app.id);
  for (const instance of first.state.rows.instances.values()) dirty.add(instance.appId);
  const whole = takeTurn(input());
  for (const app of [...dirty]) if (!before.has(app)) dirty.delete(app);
  // Which kills go first where not all may is a matter of order; how many is not.
  const isBounded = [own, whole].some(({ draft }) => draft.killsWaiting.size > 0);
  const [asIs, all] = [own, whole].map((turn) =>
    unnamed(turn, isBounded ? anyKills(turn) : outcomeOf(turn)),
  );
  if (asIs === undefined || all === undefined) return [];
  return Object.keys(asIs).flatMap((part) => [
    ...without(asIs[part], all[part]).map((row) => `${part}, only when looking at dirty: ${row}`),
    ...without(all[part], asIs[part]).map((row) => `${part}, only when looking at all: ${row}`),
  ]);
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

/** The outcome with kills counted, whomever they are of. */
function anyKills(turn: Turn): Record<string, readonly string[]> {
  const kills = turn.effects.filter(({ kind }) => kind === 'kill').length;
  const effects = turn.effects.filter(({ kind }) => kind !== 'kill').map(textOf);
  const events = turn.events.flatMap(({ event }) =>
    event.type === 'task_kill_overdue_event' ? [] : [textOf(event)],
  );
  return { ...outcomeOf(turn), effects: [...effects, `${kills} kills`], events };
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
