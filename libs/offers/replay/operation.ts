import { err, ok, type Result } from '@ekiden/kernel';
import type { z } from 'zod';

import type { ReplayEvent } from './replay-event.js';
import type { World } from './world.js';

/** One rule that a line breaks; `path` leads to the field, as `/used/F1/role1`. */
export interface Refusal {
  readonly path?: string;
  readonly rule: string;
}

/** What a line causes, or everything that is wrong with it; then it has changed nothing. */
export type Outcome = Result<readonly ReplayEvent[], readonly Refusal[]>;

/** One `op` of the protocol: reads the other fields of the line and does what they say. */
export type Operation = (world: World, fields: Readonly<Record<string, unknown>>) => Outcome;

/** The schema stands beside what uses it; nothing is done unless all fields are as they must be. */
export function operation<Schema extends z.ZodType>(
  schema: Schema,
  act: (world: World, fields: z.output<Schema>) => Outcome,
): Operation {
  return (world, fields) => {
    const read = schema.safeParse(fields);
    return read.success ? act(world, read.data) : err(read.error.issues.flatMap(refusalsOf));
  };
}

export function refused(rule: string, path?: string): Outcome {
  return err([path === undefined ? { rule } : { path, rule }]);
}

/** For checks that can find several things wrong at once. */
export function unless(refusals: readonly Refusal[], act: () => readonly ReplayEvent[]): Outcome {
  return refusals.length > 0 ? err(refusals) : ok(act());
}

function refusalsOf(issue: z.core.$ZodIssue): readonly Refusal[] {
  const path = issue.path.map((part) => `/${String(part)}`).join('');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: `${path}/${key}`, rule: 'is no field of this op' }));
  }
  const rule = issue.message.replace(/^Invalid input: /, '');
  return [path === '' ? { rule } : { path, rule }];
}
