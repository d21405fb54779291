import { z } from 'zod';
import type { HttpCredentials } from './http-settings.js';
import type { Written } from './setting-values.js';

export function yesOrNo(): Written<boolean> {
  return z
    .string()
    .pipe(z.enum(['true', 'false'], { error: 'expected true or false' }))
    .transform((text) => text === 'true');
}

/** Names no part of the text in its error. The password may hold colons. */
export function credentials(): Written<HttpCredentials> {
  return z
    .string()
    .regex(/^[^:\p{Cc}]+:\P{Cc}+$/u, { error: 'expected user:password' })
    .transform((text) => {
      const colon = text.indexOf(':');
      return { user: text.slice(0, colon), password: text.slice(colon + 1) };
    });
}

/** Goes into a header between quotation marks. */
export function realm(): Written<string> {
  return z
    .string()
    .regex(/^[\x20-\x7e]+$/, { error: 'expected printable characters' })
    .regex(/^[^"\\]*$/, { error: 'expected no quotation marks and no backslashes' });
}

/** As browsers send them: scheme, host, and a port that is not the usual one. */
export function origins(): Written<readonly string[]> {
  return z.string().transform((text, context) => {
    const words = text.split(/[\s,]+/).filter((word) => word !== '');
    for (const word of words) {
      const isOrigin = word === '*' || (URL.canParse(word) && new URL(word).origin === word);
      if (!isOrigin) {
        context.addIssue({
          code: 'custom',
          message: 'expected * or origins such as https://example.com:8443',
        });
        return z.NEVER;
      }
    }
    return words;
  });
}

/** `node1`, `node1:8080`, `10.0.0.5:8080`, `[::1]:8080`. */
export function hostAndPort(): Written<string> {
  return z.string().regex(/^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/, {
    error: 'expected host or host:port, an IPv6 address in brackets',
  });
}
