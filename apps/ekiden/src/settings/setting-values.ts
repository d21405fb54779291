import { isIP } from 'node:net';
import type { Result } from '@ekiden/kernel';
import { z } from 'zod';
import type { PortRange } from '../core/app/index.js';

/** A value as written on a command line or in an environment. */
export type Written<T> = z.ZodType<T, string>;

/** A whole number in decimal digits, both bounds included. */
export function whole(min: number, max: number): Written<number> {
  const error = `expected a whole number between ${min} and ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }));
}

export function oneOf<const T extends readonly [string, ...string[]]>(
  values: T,
): Written<T[number]> {
  return z.string().pipe(z.enum(values, { error: `expected one of ${values.join(', ')}` }));
}

/** Some of the values, separated by blanks or commas; none at all is possible. */
export function someOf<const T extends readonly [string, ...string[]]>(
  values: T,
): Written<ReadonlySet<T[number]>> {
  const known: ReadonlySet<string> = new Set(values);
  return z.string().transform((text, context) => {
    const words = text.split(/[\s,]+/).filter((one) => one !== '');
    if (words.every((one): one is T[number] => known.has(one))) return new Set(words);
    context.addIssue({ code: 'custom', message: `expected some of ${values.join(', ')}` });
    return z.NEVER;
  });
}

/** Names, separated by blanks or commas; none at all is possible. */
export function names(): Written<readonly string[]> {
  return z.string().transform((text) => text.split(/[\s,]+/).filter((one) => one !== ''));
}

/** `20001-20999`: ports, both ends included. */
export function portRange(): Written<PortRange> {
  return z.string().transform((text, context) => {
    const [, min = 0, max = 0] = (/^(\d{1,5})-(\d{1,5})$/.exec(text) ?? []).map(Number);
    if (min >= 1 && min <= max && max <= 65_535) return { min, max };
    context.addIssue({ code: 'custom', message: 'expected two ports, such as 20001-20999' });
    return z.NEVER;
  });
}

export function word(what: string): Written<string> {
  return z.string().regex(/^\S+$/, { error: `expected ${what}` });
}

export function ipAddress(): Written<string> {
  return z.string().refine((text) => isIP(text) !== 0, { error: 'expected an IP address' });
}

export function path(): Written<string> {
  return z.string().refine((text) => !text.includes('\0'), { error: 'expected a path' });
}

/** Names no part of the text in its error: it may hold a password. */
export function postgresUrl(): Written<string> {
  const error = 'expected postgres://user:password@host:port/database';
  return z.string().refine(
    (text) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      return url !== undefined && ['postgres:', 'postgresql:'].includes(url.protocol);
    },
    { error },
  );
}

/** Text with a parser of its own that says where it failed and why. */
export function parsed<T>(
  parse: (text: string) => Result<T, { readonly position: number; readonly rule: string }>,
): Written<T> {
  return z.string().transform((text, context) => {
    const result = parse(text);
    if (result.ok) return result.value;
    const { position, rule } = result.error;
    context.addIssue({ code: 'custom', message: `${rule} (at character ${position + 1})` });
    return z.NEVER;
  });
}

/** Text with a parser of its own that says why in a phrase. */
export function phrased<T>(parse: (text: string) => Result<T, string>): Written<T> {
  return z.string().transform((text, context) => {
    const result = parse(text);
    if (result.ok) return result.value;
    context.addIssue({ code: 'custom', message: result.error });
    return z.NEVER;
  });
}
