import { millis, type Millis } from '@ekiden/kernel';
import type { UnreachableStrategy } from '../app/index.js';

/** What the strategy of an app says about an instance out of reach, at a moment. */
export type Patience =
  /** It still counts as there; `until` undefined = without end. */
  | { readonly kind: 'counts'; readonly until: Millis | undefined }
  /** It is replaced, and still hoped for. */
  | { readonly kind: 'inactive'; readonly until: Millis }
  /** It is forgotten; should its task turn up, that is stopped. */
  | { readonly kind: 'expunged' };

/**
 * By deadlines counted from the loss (marathon-behaviour 5.4): after `inactiveAfterSeconds` an
 * instance is replaced, after `expungeAfterSeconds` it is forgotten. Where both are the same it is
 * replaced by being forgotten. Marathon looked at repeated updates and every 30 s [Q].
 */
export function patienceWith(
  strategy: UnreachableStrategy,
  { lostAt, now }: { readonly lostAt: Millis; readonly now: Millis },
): Patience {
  if (strategy === 'disabled') return { kind: 'counts', until: undefined };
  const inactiveAt = millis(lostAt + strategy.inactiveAfterSeconds * 1000);
  const expungeAt = millis(lostAt + strategy.expungeAfterSeconds * 1000);
  if (now >= expungeAt) return { kind: 'expunged' };
  if (now >= inactiveAt) return { kind: 'inactive', until: expungeAt };
  return { kind: 'counts', until: inactiveAt };
}
