import { z } from 'zod';
import { timestamp } from './fields.js';

/** Building blocks of what is answered; each says what it is. */

export function text(description: string, example?: string) {
  return z
    .string()
    .meta({ description, ...(example === undefined ? {} : { examples: [example] }) });
}

export function texts(description: string) {
  return z.array(z.string()).meta({ description });
}

/** A whole number that counts something. */
export function number(description: string) {
  return z.int().min(0).meta({ description });
}

export function amount(description: string) {
  return z.number().min(0).meta({ description });
}

export function yes(description: string) {
  return z.boolean().meta({ description });
}

export function at(description: string) {
  return timestamp().meta({
    description,
    format: 'date-time',
    examples: ['2021-03-04T05:06:07.080Z'],
  });
}

export function ports(description: string) {
  return z.array(z.int().min(0).max(65_535)).meta({ description });
}

export function uuid(description: string) {
  return z.string().meta({
    description,
    format: 'uuid',
    examples: ['5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11'],
  });
}

export function deploymentIds(description: string) {
  return z.array(z.object({ id: uuid('Id of the deployment.') })).meta({ description });
}

/** What presenters hand out is never changed again. */
export type Shown<S extends z.ZodType> = Immutable<z.output<S>>;

type Immutable<T> = T extends object ? { readonly [K in keyof T]: Immutable<T[K]> } : T;
