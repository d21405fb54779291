import type { Millis } from '@ekiden/kernel';
import type { AgentRow } from '@ekiden/offers';
import { isBeingLeft, windowEnd, type LeavingAgent, type TurnContext } from '../turn/index.js';

/**
 * Takes note of agents that began or ceased to be left in this turn, whoever said so: those that are
 * drained, and those whose maintenance has come (marathon-behaviour 4.12). Every app is looked at
 * that has something there.
 */
export function noteLeaving(context: TurnContext): void {
  const { draft, master, now } = context;
  let planned = draft.windowsNext !== undefined && draft.windowsNext <= now;
  for (const [id, row] of master.changes().agents) {
    const before = context.state.master.state.agents.get(id)?.unavailability;
    planned ||= before?.start !== row?.unavailability?.start;
    planned ||= before?.duration !== row?.unavailability?.duration;
    note(context, id, row);
  }
  if (planned) tendWindows(context);
}

/** Windows begin and end; one that is over is forgotten, and its agent takes part again. */
function tendWindows(context: TurnContext): void {
  const { draft, master, now, settings } = context;
  let next: Millis | undefined;
  for (const row of [...master.agents()]) {
    const { id, unavailability } = row;
    if (unavailability === undefined) continue;
    const end = windowEnd(unavailability);
    if (end !== undefined && end <= now) master.setUnavailability(id);
    note(context, id, master.agent(id));
    const begin = unavailability.start - settings.maintenance.lead;
    for (const at of [begin + 1, end]) {
      if (at !== undefined && at > now && (next === undefined || at < next)) next = at as Millis;
    }
  }
  draft.windowsNext = next;
}

function note({ draft, now, settings }: TurnContext, id: AgentRow['id'], row?: AgentRow): void {
  const leaving = row && leavingOf(row, { now, maintenance: settings.maintenance });
  const before = draft.leaving.get(id);
  const same =
    leaving?.cause === before?.cause &&
    leaving?.deadline === before?.deadline &&
    leaving?.until === before?.until;
  if (same) return;
  if (leaving === undefined) draft.leaving.remove(id);
  else draft.leaving.put(id, leaving);
  for (const { appId } of draft.instances.by('agent', id)) draft.dirty.add(appId);
}

/**
 * An agent that is being drained or was, or that is in maintenance or about to be; one that is gone
 * for good has nothing to move.
 */
export function leavingOf(
  row: AgentRow,
  rules: Parameters<typeof isBeingLeft>[1],
): LeavingAgent | undefined {
  const { id, drain, goneSince, unavailability } = row;
  if (goneSince !== undefined) return undefined;
  if (drain !== undefined) return { id, cause: 'drain', deadline: drain.deadline };
  if (unavailability === undefined || !isBeingLeft(unavailability, rules)) return undefined;
  const until = windowEnd(unavailability);
  return { id, cause: 'maintenance', ...(until === undefined ? {} : { until }) };
}
