import { Replay, type ReplayEvent, type ReplayParts } from '../replay/index.js';
import type { EveryoneDeclines, Expected, Line, Scenario, Step } from './scenario.js';

/** Plays a scenario and tells every step whose outcome is another one; none = as it should be. */
export function play(scenario: Scenario, parts: ReplayParts): readonly string[] {
  const stage = new Stage(parts);
  stage.take({ op: 'configure', mode: 'batch', ...scenario.configure });
  return scenario.steps.flatMap((step, index) =>
    stage.step(step).map((mistake) => `step ${index + 1}, ${told(step)}: ${mistake}`),
  );
}

/** One replay, and who has been offered what in it. */
class Stage {
  private readonly replay: Replay;
  private line = 0;
  private offered: Extract<ReplayEvent, { event: 'offer' }>[] = [];

  constructor(parts: ReplayParts) {
    this.replay = new Replay(parts);
  }

  step({ lines, expected }: Step): readonly string[] {
    const events = lines.flatMap((line) => [...this.take(line)]);
    return [...mistakes(events, expected), ...this.replay.violations()];
  }

  take(line: Line | EveryoneDeclines): readonly ReplayEvent[] {
    if (isForEveryone(line)) return this.everyoneDeclines(line.everyoneDeclines);
    this.line += 1;
    const events = this.replay.take(line, this.line);
    for (const event of events) if (event.event === 'offer') this.offered.push(event);
    return events;
  }

  private everyoneDeclines(refuseSeconds: number | null): readonly ReplayEvent[] {
    const all = this.offered;
    this.offered = [];
    return all.flatMap(({ framework, role, agent }) => [
      ...this.take({ op: 'decline', framework, role, agent, refuseSeconds }),
    ]);
  }
}

function mistakes(events: readonly ReplayEvent[], expected: Expected): readonly string[] {
  const errors = events.flatMap((each) => (each.event === 'error' ? [each.message] : []));
  if (expected.kind === 'error') {
    const said = errors.some((message) => message.includes(expected.says));
    return said ? [] : [`expected an error that says "${expected.says}", not ${show(events)}`];
  }
  if (errors.length > 0) return errors.map((message) => `error: ${message}`);
  switch (expected.kind) {
    case 'anything':
      return [];
    case 'events': {
      const seen = [...events.map(brief)].sort().join('\n');
      const fits = expected.anyOf.some((lines) => [...lines].sort().join('\n') === seen);
      const wanted = expected.anyOf.map((lines) => lines.join(', ') || 'nothing').join(' or ');
      return fits ? [] : [`expected ${wanted}, not ${show(events)}`];
    }
    case 'counts':
      return compare(count(events), expected.counts, 'offers');
    case 'shares':
      return sharesMistakes(events, expected);
    case 'gate':
      return gateMistakes(events, expected);
    case 'sorted': {
      const [sorted] = events.flatMap((each) => (each.event === 'sorted' ? [each.clients] : []));
      const seen = sorted?.join(' ');
      return seen === expected.clients ? [] : [`expected ${expected.clients}, not ${seen ?? ''}`];
    }
  }
}

function sharesMistakes(
  events: readonly ReplayEvent[],
  expected: Extract<Expected, { kind: 'shares' }>,
): readonly string[] {
  const [seen] = events.flatMap((each) => (each.event === 'shares' ? [each] : []));
  if (seen === undefined) return ['no shares'];
  const roles = Object.entries(expected.roles).flatMap(([role, fields]) => {
    const there = seen.roles[role];
    if (fields === null) return there === undefined ? [] : [`there is a role ${role}`];
    if (there === undefined) return [`there is no role ${role}`];
    const picked = Object.fromEntries(
      Object.keys(fields).map((name) => [name, there[name as keyof typeof there]]),
    );
    return compare(picked, fields, role);
  });
  const { filters = seen.filters, queued = seen.queued } = expected;
  return [
    ...roles,
    ...compare({ filters: seen.filters, queued: seen.queued }, { filters, queued }, 'counted'),
  ];
}

function gateMistakes(
  events: readonly ReplayEvent[],
  expected: Extract<Expected, { kind: 'gate' }>,
): readonly string[] {
  const [seen] = events.flatMap((each) => (each.event === 'explain' ? [each] : []));
  if (seen === undefined) return ['no explanation'];
  const { gate, numbers } = seen;
  return compare(
    { gate, numbers },
    { gate: expected.gate, numbers: expected.numbers ?? numbers },
    '',
  );
}

/** As scenarios write it. */
function brief(event: ReplayEvent): string {
  switch (event.event) {
    case 'offer':
      return `${event.framework}@${event.role} ${event.agent} ${event.resources}`;
    case 'rescind':
      return `rescind ${event.framework}@${event.role} ${event.agent} ${event.resources}`;
    case 'inverseOffer': {
      const { startSeconds } = event.unavailability;
      return `inverse ${event.framework} ${event.agent} ${startSeconds}`;
    }
    case 'explain':
    case 'shares':
    case 'sorted':
    case 'error':
      return JSON.stringify(event);
  }
}

function count(events: readonly ReplayEvent[]): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const event of events) {
    const key = event.event === 'offer' ? event.framework : brief(event);
    found[key] = (found[key] ?? 0) + 1;
  }
  return found;
}

function compare(seen: object, wanted: object, what: string): readonly string[] {
  const [a, b] = [JSON.stringify(inOrder(seen)), JSON.stringify(inOrder(wanted))];
  return a === b ? [] : [`${what}: expected ${b}, not ${a}`];
}

function inOrder(fields: object): unknown {
  return Object.entries(fields)
    .map(([key, value]: [string, unknown]) => [
      key,
      typeof value === 'object' && value !== null ? inOrder(value) : value,
    ])
    .sort(([x], [y]) => (String(x) < String(y) ? -1 : 1));
}

function show(events: readonly ReplayEvent[]): string {
  return events.map(brief).join(', ') || 'nothing';
}

function told({ lines }: Step): string {
  const last = lines.at(-1);
  return JSON.stringify(last);
}

function isForEveryone(line: Line | EveryoneDeclines): line is EveryoneDeclines {
  return 'everyoneDeclines' in line;
}
