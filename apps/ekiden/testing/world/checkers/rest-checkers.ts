import { isTerminalTaskState } from '@ekiden/kernel';
import { addResources, containsResources, resourcesOf, type Resources } from '@ekiden/offers';
import { STORED_TABLES, type StoredTable } from '../memory-store.js';
import type { RestChecker, RestSight } from '../sight.js';

/** Each living task belongs to exactly one instance, and each placed instance has its task. */
export const tasksAreOwned: RestChecker = {
  rule: 'tasks-are-owned',
  check: ({ state: { rows, master, memory } }) => {
    const found: string[] = [];
    for (const task of master.state.tasks.values()) {
      const owners = rows.instances.by('task', task.id).length;
      const lives = !isTerminalTaskState(task.state);
      // Given up with its lost host; stopped as soon as it turns up.
      const givenUp = task.state === 'TASK_UNREACHABLE' || memory.orphans.has(task.id);
      if (lives && owners !== 1 && !(givenUp && owners === 0)) {
        found.push(`task ${task.id} belongs to ${owners} instances`);
      }
    }
    for (const { id, task } of rows.instances.values()) {
      if (task === undefined || isTerminalTaskState(task.state)) continue;
      if (!master.state.tasks.has(task.id)) {
        found.push(`the master does not know ${task.id} of ${id}`);
      }
    }
    return found;
  },
};

/** No database was restored: nothing on a host can be newer than ours (ADR 0041). */
export const nothingIsNewer: RestChecker = {
  rule: 'nothing-is-newer',
  check: ({ state: { rows } }) =>
    [...rows.unknownTasks.values()].map(
      ({ taskId }) => `${taskId} is taken for newer than the database`,
    ),
};

/** What tasks use on an agent, summed up anew from rows, fits its total; no offer stays open. */
export const resourcesAddUp: RestChecker = {
  rule: 'resources-add-up',
  check: ({ state: { master } }) => {
    const found: string[] = [];
    const { agents, tasks, offers } = master.state;
    if (offers.size > 0) found.push(`${offers.size} offers are open between turns`);
    for (const agent of agents.values()) {
      let used: Resources = resourcesOf([]);
      const ports = new Set<number>();
      for (const task of tasks.by('agent', agent.id)) {
        if (isTerminalTaskState(task.state)) continue;
        used = addResources(used, task.resources);
        for (const object of task.resources) {
          if (object.type !== 'RANGES') continue;
          for (const { begin, end } of object.ranges) {
            for (let port = begin; port <= end; port += 1) {
              if (ports.has(port)) found.push(`port ${port} of ${agent.id} is used twice`);
              ports.add(port);
            }
          }
        }
      }
      if (!containsResources(agent.total, used)) found.push(`${agent.id} is used beyond its total`);
    }
    return found;
  },
};

/** Events are numbered without gaps in the store, across crashes. */
export function eventsHaveNoGaps(): RestChecker {
  let checked = 0;
  return {
    rule: 'events-have-no-gaps',
    check: ({ store, state }) => {
      const found: string[] = [];
      const numbers = store.eventNumbers;
      for (; checked < numbers.length; checked += 1) {
        const number = numbers[checked];
        if (number !== checked + 1) found.push(`event ${number} stands at place ${checked + 1}`);
      }
      if (state.lastEvent !== numbers.length) found.push(`memory counts ${state.lastEvent} events`);
      return found;
    },
  };
}

/** What memory holds is what is stored, row by row. */
export const memoryIsStored: RestChecker = {
  rule: 'memory-is-stored',
  check: (sight) => STORED_TABLES.flatMap((table) => differences(sight, table)),
};

function differences({ state, store }: RestSight, table: StoredTable): string[] {
  const memory = new Map(rowsOf({ state, table }));
  const stored = store.rows(table);
  const found: string[] = [];
  for (const [key, row] of memory) {
    const text = stored.get(key);
    const differs = text !== undefined && stable(table, text) !== JSON.stringify(row);
    if (text === undefined) found.push(`${table} ${key} is not stored`);
    else if (differs) {
      found.push(`${table} ${key} is stored as ${text}, memory has ${JSON.stringify(row)}`);
    }
  }
  // Old versions stay stored for history.
  if (table === 'appVersions') return found;
  for (const key of stored.keys()) {
    if (!memory.has(key)) found.push(`${table} ${key} is only stored`);
  }
  return found;
}

function rowsOf({
  state: { rows, master },
  table,
}: Pick<RestSight, 'state'> & { readonly table: StoredTable }): [string, unknown][] {
  switch (table) {
    case 'apps':
    case 'groups':
    case 'appVersions':
    case 'instances':
    case 'deployments':
    case 'launchDelays':
    case 'taskFailures':
    case 'volumes':
    case 'unknownTasks':
      return [...rows[table].entries()];
    case 'agents':
      return [...master.state.agents.values()].map((row) => [row.id, withoutPresence(row)]);
    case 'frameworks':
      return [...master.state.frameworks.values()].map((row) => [row.id, withoutPresence(row)]);
    case 'roles':
      return [...master.state.roles.values()].map((row) => [row.id, row]);
    case 'tasks':
      return [...master.state.tasks.values()].map((row) => [row.id, row]);
  }
}

/** Who is there is found out anew in each term; a restored row may say less than the stored one. */
function withoutPresence(row: object): object {
  const presence = new Set(['registered', 'connected', 'disconnectedAt']);
  return Object.fromEntries(Object.entries(row).filter(([name]) => !presence.has(name)));
}

function stable(table: StoredTable, text: string): string {
  if (table !== 'agents' && table !== 'frameworks') return text;
  return JSON.stringify(withoutPresence(JSON.parse(text) as object));
}
