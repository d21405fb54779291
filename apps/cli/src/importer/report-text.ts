import { adviceFor } from './advice.js';
import {
  countsOf,
  isAsItWas,
  type DefinitionReport,
  type ImportReport,
  type Note,
} from './report.js';

/** How parts of the text are dressed; plain text comes out as it is. */
export interface ReportStyle {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly doubtful: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** One block per definition, then what is to be prepared, then the sums. */
export function reportText(report: ImportReport, style: ReportStyle): string {
  const blocks = report.definitions.map((one) => blockOf(one, style));
  const needs = needsOf(report);
  return [
    ...blocks,
    ...(needs.length === 0
      ? []
      : [[style.strong('Beforehand'), ...needs.map((need) => `  ${need}`)].join('\n')]),
    ...report.problems.map((problem) => `${style.bad('problem')}  ${problem}`),
    summaryOf(report),
  ].join('\n\n');
}

function blockOf(report: DefinitionReport, style: ReportStyle): string {
  const { kind, id, source, kept, changed, lost, refused } = report;
  const label = (word: string): string => word.padEnd(8);
  const title = `${kind} ${id === '' ? '(without id)' : id}`;
  return [
    `${style.strong(title)}${source === undefined ? '' : style.faint(`  ${source}`)}`,
    ...(kept.length === 0 ? [] : [`  ${style.good(label('kept'))} ${keptText(report)}`]),
    ...changed.map((note) => `  ${style.doubtful(label('changed'))} ${noteText(note)}`),
    ...lost.map((note) => `  ${style.bad(label('lost'))} ${noteText(note)}`),
    ...refused.map(({ path, message }) => {
      const advice = adviceFor({ path, message });
      const what = path === '' ? message : `${path}: ${message}`;
      return `  ${style.bad(label('refused'))} ${what}${advice === undefined ? '' : ` (${advice})`}`;
    }),
  ].join('\n');
}

function keptText(report: DefinitionReport): string {
  const { kept } = report;
  return isAsItWas(report) ? `everything (${kept.join(', ')})` : kept.join(', ');
}

export function noteText({ path, text }: Note): string {
  return path === '' ? text : `${path}: ${text}`;
}

const NAMED_MAX = 3;

/** What has to be there before, each need once, with those who have it. */
export function needsOf({ definitions }: Pick<ImportReport, 'definitions'>): readonly string[] {
  const needs = new Map<string, string[]>();
  for (const { id, needs: own } of definitions) {
    for (const { text } of own) {
      const ids = needs.get(text);
      if (ids === undefined) needs.set(text, [id]);
      else if (ids.at(-1) !== id) ids.push(id);
    }
  }
  return [...needs].sort().map(([text, ids]) => {
    const more = ids.length - NAMED_MAX;
    const named = ids.slice(0, NAMED_MAX).join(', ');
    return `${text} (for ${named}${more > 0 ? ` and ${more} more` : ''})`;
  });
}

export function summaryOf(report: ImportReport): string {
  const counts = countsOf(report);
  const all = counts.definitions === 1 ? '1 definition' : `${counts.definitions} definitions`;
  return (
    `${all} from ${report.from}: ${counts.asTheyAre} as they are, ${counts.changed} with changes, ` +
    `${counts.lost} losing something, ${counts.refused} refused.`
  );
}
