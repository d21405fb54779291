import { tellsDifference } from './language/index.js';
import type { NumberedCase, Outcome } from './run/index.js';

/** One line per case, with what it needs and whether the two servers differ in it. */
export function listOf(cases: readonly NumberedCase[]): readonly string[] {
  return cases.map(({ id, case: one }) => {
    const marks = [
      ...(one.needs ?? []),
      ...(one.only === undefined ? [] : [`${one.only} only`]),
      ...(tellsDifference(one) ? ['differs'] : []),
    ];
    const about = marks.length === 0 ? '' : ` [${marks.join(', ')}]`;
    return `${id.padEnd(16)} ${one.source.padEnd(10)} ${one.name}${about}`;
  });
}

/** What to say of a case that has ended; nothing for one that passed, unless asked for. */
export function linesOf({ one, ms, failure }: Outcome, verbose: boolean): readonly string[] {
  const title = `${one.id} (${one.case.source}) ${one.case.name}`;
  if (failure === undefined) return verbose ? [`ok      ${title} [${Math.round(ms)} ms]`] : [];
  const reason = failure.split('\n').map((line) => `        ${line}`);
  return [`FAILED  ${title}`, ...reason];
}

/** Counts by area, then in all. */
export function summaryOf(outcomes: readonly Outcome[]): readonly string[] {
  const areas = [...new Set(outcomes.map(({ one }) => one.area))];
  const width = Math.max(5, ...areas.map((area) => area.length));
  const line = (name: string, of: readonly Outcome[]): string => {
    const failed = of.filter(({ failure }) => failure !== undefined).length;
    const passed = String(of.length - failed).padStart(4);
    return `${name.padEnd(width)} ${passed} passed, ${String(failed).padStart(3)} failed`;
  };
  return [
    ...areas.map((area) =>
      line(
        area,
        outcomes.filter(({ one }) => one.area === area),
      ),
    ),
    line('all', outcomes),
  ];
}
