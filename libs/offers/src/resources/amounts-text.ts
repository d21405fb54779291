import { formatMilli, type Milli } from './milli.js';
import { formatWord, type Scanner } from './scanner.js';
import { readAmount } from './value-text.js';

interface NamedAmount {
  readonly name: string;
  readonly milli: Milli;
}

/** Reads `cpus:0.01;mem:32`, each with where it begins; for quantities and limits. */
export function readAmounts(scanner: Scanner): (NamedAmount & { readonly position: number })[] {
  const found: (NamedAmount & { readonly position: number })[] = [];
  while (!scanner.atEnd()) {
    if (scanner.eat(';')) continue;
    const position = scanner.at;
    const name = scanner.word('expected name:amount');
    scanner.expect(':', 'expected name:amount');
    const colon = scanner.at;
    const milli = readAmount(scanner);
    if (milli === undefined || !(scanner.atEnd() || scanner.eat(';'))) {
      scanner.fail('the amount must be a decimal >= 0', colon);
    }
    found.push({ name, milli, position });
  }
  return found;
}

/** The inverse of {@link readAmounts}. */
export function formatAmounts(amounts: readonly NamedAmount[]): string {
  return amounts.map(({ name, milli }) => `${formatWord(name)}:${formatMilli(milli)}`).join(';');
}
