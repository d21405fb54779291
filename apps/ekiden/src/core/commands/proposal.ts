import { err, type Millis, type Result } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { GroupChange } from '../deployment/index.js';
import type { Rejection } from '../turn/index.js';
import type { Violation } from '../violation.js';
import type { ProposedChange } from './adopt-changes.js';

/** What a change of the tree asks for, before ports, versions and the tree as a whole are looked at. */
export interface Proposed {
  readonly changes: readonly ProposedChange[];
  readonly groupChanges?: readonly GroupChange[];
  /** See `Adoption`. */
  readonly restoring?: boolean;
  readonly addressed?: boolean;
  readonly places?: ReadonlyMap<PathId, string>;
}

export type Proposal = Result<Proposed, Rejection>;

/** How a change is meant. */
export interface ProposalOptions {
  readonly version: Millis;
  readonly force: boolean;
}

export function missingApp(id: PathId): Proposal {
  return err({ kind: 'notFound', message: `App '${id}' does not exist` });
}

export function missingGroup(id: PathId): Proposal {
  return err({ kind: 'notFound', message: `Group '${id}' does not exist` });
}

export function invalid(violations: readonly Violation[]): Proposal {
  return err({ kind: 'invalid', violations });
}
