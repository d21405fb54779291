/**
 * What a pure function decided: events to record and effects to perform after the commit.
 * Nothing has happened yet.
 */
export interface Decision<Event, Effect> {
  readonly events: readonly Event[];
  readonly effects: readonly Effect[];
}

const NOTHING: Decision<never, never> = { events: [], effects: [] };

export function nothing(): Decision<never, never> {
  return NOTHING;
}

export function decide<Event, Effect>(
  events: readonly Event[],
  effects: readonly Effect[],
): Decision<Event, Effect> {
  return { events, effects };
}
