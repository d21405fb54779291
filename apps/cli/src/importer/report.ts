import type { Violation } from '@ekiden/definitions';
import type { Document } from '../tree/index.js';

/** One thing that is not exactly as before. */
export interface Note {
  /** Where: `container.docker.network`, `healthChecks[1].path`; empty for the whole. */
  readonly path: string;
  readonly text: string;
}

/** What becomes of one definition. */
export interface DefinitionReport {
  readonly kind: 'app' | 'pod' | 'group';
  readonly id: string;
  /** File it came from; absent for a server. */
  readonly source?: string;
  /** Names of fields that mean the same as before. */
  readonly kept: readonly string[];
  /** Said or done in another way. */
  readonly changed: readonly Note[];
  /** Without effect in this version. */
  readonly lost: readonly Note[];
  /** What the new service or its hosts have to be given beforehand. */
  readonly needs: readonly Note[];
  /** Rules it breaks: a service would refuse it. */
  readonly refused: readonly Violation[];
  /** As it is sent to the new service. */
  readonly definition: Document;
  /** Of sound pods: as the new service will show it. */
  readonly shown?: Document;
}

export interface ImportReport {
  /** Address, or names of files. */
  readonly from: string;
  readonly definitions: readonly DefinitionReport[];
  /** What could not be understood at all. */
  readonly problems: readonly string[];
}

/** Definitions may hold passwords: a report to hand around does without them. */
export function withoutDefinitions(report: ImportReport): object {
  const definitions = report.definitions.map(
    ({ definition: _definition, shown: _shown, ...rest }) => rest,
  );
  return { ...report, definitions };
}

export interface Counts {
  readonly definitions: number;
  readonly asTheyAre: number;
  readonly changed: number;
  readonly lost: number;
  readonly refused: number;
}

export function countsOf({ definitions }: Pick<ImportReport, 'definitions'>): Counts {
  const count = (test: (one: DefinitionReport) => boolean): number =>
    definitions.filter(test).length;
  return {
    definitions: definitions.length,
    asTheyAre: count(isAsItWas),
    changed: count((one) => one.changed.length > 0),
    lost: count((one) => one.lost.length > 0),
    refused: count((one) => one.refused.length > 0),
  };
}

export function isAsItWas({ changed, lost, refused }: DefinitionReport): boolean {
  return changed.length === 0 && lost.length === 0 && refused.length === 0;
}
