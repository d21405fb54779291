import type { Area, Case, Need, ServerKind } from '../language/index.js';

export interface NumberedCase {
  /** `apps-12`: the area, and the place in its table. */
  readonly id: string;
  readonly area: string;
  readonly case: Case;
}

export interface Selection {
  /** Names of areas; empty = all. */
  readonly areas: readonly string[];
  /** The id of a case, its source, or words of its name. */
  readonly only: string | undefined;
  readonly server: ServerKind;
  /** Cases that need one of these are left out. */
  readonly without: ReadonlySet<Need>;
}

export interface Selected {
  readonly cases: readonly NumberedCase[];
  /** How many cases were left out for each need. */
  readonly leftOut: ReadonlyMap<Need, number>;
}

export function selectCases(areas: readonly Area[], selection: Selection): Selected {
  const leftOut = new Map<Need, number>();
  const cases = numbered(areas).filter((one) => {
    if (!isWanted(one, selection)) return false;
    const needs = one.case.needs ?? [];
    const missing = needs.find((need) => selection.without.has(need));
    if (missing !== undefined) leftOut.set(missing, (leftOut.get(missing) ?? 0) + 1);
    return missing === undefined;
  });
  return { cases, leftOut };
}

function numbered(areas: readonly Area[]): readonly NumberedCase[] {
  return areas.flatMap(({ name, cases }) =>
    cases.map((one, index) => ({ id: `${name}-${index + 1}`, area: name, case: one })),
  );
}

function isWanted({ id, area, case: one }: NumberedCase, selection: Selection): boolean {
  const { areas, only, server } = selection;
  if (areas.length > 0 && !areas.includes(area)) return false;
  if (one.only !== undefined && one.only !== server) return false;
  if (only === undefined || only === id || only === one.source) return true;
  return one.name.toLowerCase().includes(only.toLowerCase());
}
