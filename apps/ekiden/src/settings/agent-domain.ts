import { err, ok, type Result } from '@ekiden/kernel';
import type { Domain } from '@ekiden/offers';

const NAME = /^[^\s/]+$/;

/**
 * Reads `region/zone`, the fault domain of an agent that `@region` and `@zone` are about
 * (marathon-behaviour 4.9). The error is a phrase.
 */
export function parseDomain(text: string): Result<Domain, string> {
  const [region = '', zone = '', ...more] = text.split('/');
  if (more.length > 0 || !NAME.test(region) || !NAME.test(zone)) {
    return err(`expected region/zone, such as eu/eu-1, not "${text}"`);
  }
  return ok({ region, zone });
}
