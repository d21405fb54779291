import type { Why, WhyPart } from '../client/index.js';
import type { Paint } from './paint.js';
import { shortList } from './short-list.js';

/** Parts of a group or deployment that are told in full; the others get a line. */
const PARTS_IN_FULL = 3;

/** What holds something back, what comes nearest, and what would help. */
export function whyText(why: Why, paint: Paint): string {
  const { parts = [], more = 0 } = why;
  const lines = [
    ...partLines(why, paint),
    ...parts.slice(0, PARTS_IN_FULL).flatMap((part) => ['', ...partLines(part, paint)]),
    ...parts.slice(PARTS_IN_FULL).map(({ id, summary = '' }) => `${id}: ${summary}`),
    ...(more > 0 ? [paint.faint(`and ${more} more`)] : []),
  ];
  return lines.join('\n');
}

function partLines(why: WhyPart, paint: Paint): readonly string[] {
  const { id, summary, reasons, placement, lastFailure } = why;
  // A service of an earlier version says no more.
  if (summary === undefined) return plainLines(why, paint);
  const told = reasons.filter((reason) => !summary.endsWith(reason));
  const isWell = reasons.length === 0;
  return [
    `${paint.strong(id)}: ${isWell ? paint.good(summary) : paint.bad(summary)}`,
    ...told.map((reason) => `  ${paint.doubtful('also')}  ${reason}`),
    ...(placement === undefined ? [] : placementLines(placement, paint)),
    ...(lastFailure?.output ?? []).map((line) => `  ${paint.faint('log ')}  ${line}`),
  ];
}

function placementLines(
  { groups, nearest, changes }: NonNullable<WhyPart['placement']>,
  paint: Paint,
): readonly string[] {
  const hosts =
    groups.length < 2
      ? []
      : groups.map(
          ({ count, says, hosts: names }) =>
            `  ${paint.faint('host')}  ${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''} ${says}`,
        );
  const near =
    nearest === undefined || (groups.length < 2 && (groups[0]?.count ?? 0) < 2)
      ? []
      : [`  ${paint.faint('near')}  ${nearest.hostname} ${nearest.lacks.join(' and ')}`];
  const helps = changes.map(({ message }) => `  ${paint.good('try ')}  ${message}`);
  return [...hosts, ...near, ...helps];
}

function plainLines(why: WhyPart, paint: Paint): readonly string[] {
  if (why.waiting === 0 && why.reasons.length === 0) return [`Nothing of ${why.id} waits.`];
  return [
    `${paint.strong(why.id)}${why.waiting === 0 ? '' : `: ${why.waiting} waiting`}`,
    ...whyReasons(why).map((reason) => `  ${reason}`),
  ];
}

/** All there is to say in one line each; agents that refuse for the same reasons share a line. */
export function whyReasons({
  reasons,
  agents,
  placement,
}: Pick<Why, 'reasons' | 'agents' | 'placement'>): readonly string[] {
  if (placement !== undefined) {
    const [change] = placement.changes;
    return change === undefined ? reasons : [...reasons, `would help: ${change.message}`];
  }
  const hosts = new Map<string, string[]>();
  for (const { hostname, refusals } of agents) {
    if (refusals.length === 0) continue;
    const text = refusals.join('; ');
    const known = hosts.get(text);
    if (known === undefined) hosts.set(text, [hostname]);
    else known.push(hostname);
  }
  return [...reasons, ...[...hosts].map(([text, names]) => `${text} (on ${shortList(names)})`)];
}
