import type { ServerKind } from './case.js';
import { Rule, type Wanted } from './wanted.js';

/** What the texts of a case are filled with. */
export interface Filling {
  /** Name of the group of the case: what `~` stands for. */
  readonly group: string;
  /** What steps kept: what `{{name}}` stands for. */
  readonly kept: ReadonlyMap<string, string>;
  readonly server: ServerKind;
}

export function fillText(text: string, { group, kept }: Filling): string {
  return text.replaceAll('~', group).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = kept.get(name);
    if (value === undefined) throw new Error(`no step kept {{${name}}}`);
    return value;
  });
}

/** Fills every text of a JSON value, keys included. */
export function fillJson(value: unknown, filling: Filling): unknown {
  if (typeof value === 'string') return fillText(value, filling);
  if (Array.isArray(value)) return value.map((one) => fillJson(one, filling));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [fillText(key, filling), fillJson(one, filling)]),
  );
}

/** Fills every text, and chooses what the server that is asked should answer. */
export function fillWanted(wanted: Wanted, filling: Filling): Wanted {
  if (!(wanted instanceof Rule)) {
    if (typeof wanted === 'string') return fillText(wanted, filling);
    if (typeof wanted !== 'object' || wanted === null) return wanted;
    if (isList(wanted)) return wanted.map((one) => fillWanted(one, filling));
    return Object.fromEntries(
      Object.entries(wanted).map(([key, one]) => [
        fillText(key, filling),
        fillWanted(one, filling),
      ]),
    );
  }
  const [marathon = null, ekiden = null] = wanted.parts;
  if (wanted.name === 'differs') {
    return fillWanted(filling.server === 'marathon' ? marathon : ekiden, filling);
  }
  return new Rule(
    wanted.name,
    wanted.parts.map((part) => fillWanted(part, filling)),
  );
}

/** Whether a case tells of a difference between the servers. */
export function tellsDifference(value: unknown): boolean {
  if (value instanceof Rule && value.name === 'differs') return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(tellsDifference);
}

function isList(value: Wanted): value is readonly Wanted[] {
  return Array.isArray(value);
}
