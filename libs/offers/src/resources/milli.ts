import { assert, type Brand } from '@ekiden/kernel';

/** A scalar amount in thousandths of its unit (`1500` = 1.5 cpus). Always a safe, whole number. */
export type Milli = Brand<number, 'Milli'>;

const DECIMAL = /^(\d+)(?:\.(\d+))?$/;

/** Names a whole number of thousandths. */
export function milli(thousandths: number): Milli {
  assert(Number.isSafeInteger(thousandths), `${thousandths} is no whole number of thousandths`);
  return thousandths as Milli;
}

/** A user's number to fixed point with three decimals, rounded (offer-core 1.1). */
export function toMilli(units: number): Milli {
  return milli(Math.round(units * 1000));
}

/** Back to units, for JSON and for people. Exact for every amount a double can show. */
export function fromMilli(amount: Milli): number {
  return amount / 1000;
}

/** At most three decimals, no trailing zeros: `1.5`, `0.001`, `8192`. */
export function formatMilli(amount: Milli): string {
  const size = Math.abs(amount);
  const whole = Math.floor(size / 1000).toString();
  const decimals = (size % 1000).toString().padStart(3, '0').replace(/0+$/, '');
  const sign = amount < 0 ? '-' : '';
  return decimals === '' ? `${sign}${whole}` : `${sign}${whole}.${decimals}`;
}

/**
 * Reads a non-negative decimal without passing through binary fractions; the fourth decimal
 * rounds. `undefined` when the text is no such number or too large to be held exactly.
 */
export function parseMilli(text: string): Milli | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const decimals = (match[2] ?? '').padEnd(4, '0');
  const rounding = decimals.charAt(3) >= '5' ? 1 : 0;
  const amount = Number(`${match[1] ?? ''}${decimals.slice(0, 3)}`) + rounding;
  return Number.isSafeInteger(amount) ? milli(amount) : undefined;
}
