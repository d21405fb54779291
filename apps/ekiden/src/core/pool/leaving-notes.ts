import { formatTimestamp, isTerminalTaskState, type AgentId } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import type { StateView } from '../turn/index.js';

/** What an app has on agents that are drained, one sentence per agent; none while none is. */
export function leavingNotes(state: StateView, app: AppDefinition): readonly string[] {
  const { agents } = state.master.state;
  if (agents.count('drain', 'DRAINING') === 0) return [];
  const counts = new Map<AgentId, number>();
  for (const { task, goal } of state.instances.by('app', app.id)) {
    if (task === undefined || goal !== 'Running' || isTerminalTaskState(task.state)) continue;
    counts.set(task.agentId, (counts.get(task.agentId) ?? 0) + 1);
  }
  return [...counts].flatMap(([id, count]) => {
    const row = agents.get(id);
    if (row?.drain?.state !== 'DRAINING') return [];
    const what = count === 1 ? '1 instance is' : `${count} instances are`;
    const when = formatTimestamp(row.drain.deadline);
    const why = row.drain.reason === undefined ? '' : ` (${row.drain.reason})`;
    return [
      `agent ${id} (${row.hostname}) is draining${why}: ${what} to move; what is still there at ${when} is killed`,
    ];
  });
}
