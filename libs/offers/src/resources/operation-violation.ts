import type { Result } from '@ekiden/kernel';

import type { Conversion } from './conversion.js';
import type { Resource } from './resource.js';

/** Why an operation on resources is refused before any effect: the object and the rule it breaks. */
export interface OperationViolation {
  /** Absent when the operation names no object at all. */
  readonly object?: Resource;
  readonly rule: string;
}

/** What an operation does, or the first rule it breaks. */
export type ConversionsOrViolation = Result<readonly Conversion[], OperationViolation>;
