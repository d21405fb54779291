import type { Row } from './rows.js';

const HEAD = ['goal', 'config', 'value', 'reference', 'ratio', 'spread S / R', 'CPU S / R', 'bar'];

/** The rows of one case, aligned for reading; below them why not to believe them. */
export function tableOf(rows: readonly Row[]): readonly string[] {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const doubtful = rows.flatMap(({ doubts }) => doubts.map((doubt) => `NOT VALID: ${doubt}`));
  return [lines[0] ?? '', rule, ...lines.slice(1), ...new Set(doubtful)];
}

function cellsOf(row: Row): string[] {
  return [
    row.goal ?? '',
    row.config,
    `${amount(row.value)} ${row.unit}`,
    row.reference === null ? '' : `${amount(row.reference)} ${row.unit}`,
    row.ratio === null ? '' : row.ratio.toFixed(2),
    `${percent(row.spread)} / ${row.referenceSpread === null ? '-' : percent(row.referenceSpread)}`,
    // The same for all rows of a case: told once, with the goal.
    row.goal === null
      ? ''
      : `${row.cpuSeconds.toFixed(2)} / ${row.referenceCpuSeconds.toFixed(2)} s`,
    verdict(row),
  ];
}

function verdict({ bar, aim, meetsBar, meetsAim }: Row): string {
  if (bar === null) return '';
  if (meetsAim === true) return `meets its aim: ${aim ?? ''}`;
  if (meetsBar === true) return `meets its bar: ${bar} (aim: ${aim ?? ''})`;
  return meetsBar === false ? `MISSES its bar: ${bar}` : `nothing to hold against: ${bar}`;
}

/** Three digits that count, and thousands apart. */
function amount(value: number): string {
  if (Math.abs(value) < 1_000) return String(Number(value.toPrecision(3)));
  return Math.round(value).toLocaleString('en-US');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
