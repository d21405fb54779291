import type { Reply, SessionNote, TurnContext } from '../turn/index.js';

/** Announces what somebody did beside a task; events are the record of it. */
export function noteSession({ draft }: TurnContext, { stage, ...note }: SessionNote): Reply {
  const { kind, ...how } = stage;
  draft.events.push({ type: 'task_session_event', ...note, stage: kind, ...how });
  return { kind: 'done' };
}
