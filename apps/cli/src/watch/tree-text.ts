import type { Paint } from '../output/index.js';
import { forestOf, type Branch } from './forest.js';
import { isComplete, type Counts, type Member, type View, type Wait } from './view.js';
import { countsText, headText, markOf, nextSteps, rolloutLines, waitText } from './words.js';

const BAR = 20;
/** More instances than these are a bar and figures only. */
const STRIP_MAX = 40;
const WAITS_MAX = 5;

const STRIP = { serving: '●', running: '◐', starting: '○', missing: '·', old: '◍' } as const;
const LEGEND = '● serves  ◐ runs, not healthy yet  ○ starts  · to come  ◍ old version';

/**
 * What a person sees of a deployment, as lines: the tree in the order of its dependencies, with a
 * bar and the instances of each app, and what it waits for. The same look gives the same lines.
 * With `rows` it is at most that many: what is complete is left out first.
 */
export function treeLines(view: View, paint: Paint, rows = Infinity): readonly string[] {
  const { strong, doubtful, faint } = paint;
  const head = [
    strong(headText(view)),
    ...view.rollouts.flatMap((one) => rolloutLines(one, view.now).map((line) => `  ${line}`)),
    ...view.waits.map((wait) => `  ${doubtful('waits:')} ${waitText(wait, view.now)}`),
  ];
  const next = nextSteps(view);
  const showsStrips = view.members.some(({ counts, stage }) => stage === 'now' && isSmall(counts));
  const foot = [
    ...(view.others > 0 ? [faint(`and ${view.others} more apps and pods`)] : []),
    ...(next.length > 0 ? [`next: ${next.join('   or   ')}`] : []),
    ...(showsStrips ? [faint(LEGEND)] : []),
  ];
  const forest = forestOf(view.members);
  const width = forest.reduce(
    (most, { lead, member }) => Math.max(most, lead.length + member.id.length),
    0,
  );
  const drawn = forest.map((branch) => ({
    isDone: isComplete(branch.member),
    lines: branchLines(branch, { width, paint, now: view.now }),
  }));
  return [...head, ...fitting(drawn, rows - head.length - foot.length, paint), ...foot];
}

interface Drawn {
  readonly isDone: boolean;
  readonly lines: readonly string[];
}

/** Leaves out what is complete, then what comes last, until the rest has room. */
function fitting(all: readonly Drawn[], rows: number, paint: Paint): readonly string[] {
  const count = (some: readonly Drawn[]): number =>
    some.reduce((sum, { lines }) => sum + lines.length, 0);
  if (count(all) <= rows) return all.flatMap(({ lines }) => lines);
  let excess = count(all) - Math.max(1, rows - 1);
  const kept = all.filter(({ isDone, lines }) => {
    if (!isDone || excess <= 0) return true;
    excess -= lines.length;
    return false;
  });
  const lines = kept.flatMap((one) => one.lines).slice(0, Math.max(1, rows - 1));
  const left = all.length - kept.length;
  return [
    ...(left > 0 ? [paint.faint(`✔ ${left} done`)] : [paint.faint('… more than fits here')]),
    ...lines,
  ];
}

interface How {
  readonly width: number;
  readonly paint: Paint;
  readonly now: number | undefined;
}

function branchLines({ member, lead, below, also }: Branch, how: How): readonly string[] {
  const { width, paint, now } = how;
  const { id, stage, verb, waits } = member;
  const done = isComplete(member);
  const dress = done ? paint.good : stage === 'ahead' ? paint.faint : paint.doubtful;
  const name = id.padEnd(Math.max(0, width - lead.length));
  const more = also.length === 0 || done ? '' : paint.faint(`  after ${also.join(', ')} too`);
  const strip =
    stage === 'now' && !done && isSmall(member.counts) ? `  ${stripOf(member.counts)}` : '';
  const doing = stage === 'ahead' && verb !== 'stop' ? `  ${paint.faint(`to ${verb}`)}` : '';
  const line =
    `${paint.faint(lead)}${dress(markOf(member))} ${name}  ${barOf(member, paint)} ` +
    `${dress(countsText(member))}${strip}${doing}${more}`;
  return [line, ...waitLines(waits, now, paint).map((text) => `${paint.faint(below)}  ${text}`)];
}

function waitLines(
  waits: readonly Wait[],
  now: number | undefined,
  paint: Paint,
): readonly string[] {
  const more = waits.length - WAITS_MAX;
  return [
    ...waits
      .slice(0, WAITS_MAX)
      .map((wait) => `${paint.doubtful('waits:')} ${waitText(wait, now)}`),
    ...(more > 0 ? [paint.faint(`and ${more} more reasons`)] : []),
  ];
}

/** Full as far as there is what is wanted; what stops empties. */
function barOf(member: Member, paint: Paint): string {
  const { counts, verb, stage } = member;
  if (verb === 'stop') return `[${(stage === 'done' ? ' ' : '░').repeat(BAR)}]`;
  if (counts === undefined) return `[${(stage === 'done' ? '█' : ' ').repeat(BAR)}]`;
  const { wanted, serving, running } = counts;
  const share = (count: number): number =>
    wanted === 0 ? BAR : Math.floor((Math.min(wanted, count) / wanted) * BAR);
  const full = share(serving);
  const half = Math.max(0, share(serving + running) - full);
  const dress = full === BAR && isComplete(member) ? paint.good : (text: string) => text;
  return `[${dress('█'.repeat(full) + '▓'.repeat(half))}${'░'.repeat(BAR - full - half)}]`;
}

function isSmall(counts: Counts | undefined): counts is Counts {
  return counts !== undefined && counts.wanted + counts.old <= STRIP_MAX;
}

function stripOf({ wanted, serving, running, starting, old }: Counts): string {
  const missing = Math.max(0, wanted - serving - running - starting);
  return (
    STRIP.serving.repeat(serving) +
    STRIP.running.repeat(running) +
    STRIP.starting.repeat(starting) +
    STRIP.missing.repeat(missing) +
    (old > 0 ? ` ${STRIP.old.repeat(old)}` : '')
  );
}
