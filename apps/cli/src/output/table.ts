/** A column: its heading, and whether it holds numbers. */
export type Column = string | { readonly title: string; readonly right: true };

const GAP = '  ';

/**
 * Lines of a table, each column as wide as its widest cell, no blanks at line ends. `empty` is said
 * instead of a table without rows.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  empty: string,
): string {
  if (rows.length === 0) return empty;
  const titles = columns.map((column) => (typeof column === 'string' ? column : column.title));
  const widths = titles.map((title, at) =>
    rows.reduce((widest, row) => Math.max(widest, (row[at] ?? '').length), title.length),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, at) => {
        const cell = cells[at] ?? '';
        const width = widths[at] ?? 0;
        return typeof column === 'string' ? cell.padEnd(width) : cell.padStart(width);
      })
      .join(GAP)
      .trimEnd();
  return [line(titles), ...rows.map(line)].join('\n');
}

/** Names and values under each other. */
export function facts(
  rows: readonly (readonly [name: string, value: string | undefined])[],
): string {
  const given = rows.filter(
    (row): row is [string, string] => row[1] !== undefined && row[1] !== '',
  );
  const width = given.reduce((widest, [name]) => Math.max(widest, name.length), 0);
  const indent = `\n${' '.repeat(width)}${GAP}`;
  return given
    .map(([name, value]) => `${name.padEnd(width)}${GAP}${value.replaceAll('\n', indent)}`)
    .join('\n');
}
