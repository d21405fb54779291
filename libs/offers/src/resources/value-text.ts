import { sortedItems, type Items } from './items.js';
import { parseMilli, type Milli } from './milli.js';
import { coalesce, type Range, type Ranges } from './ranges.js';
import { CODE, type Scanner } from './scanner.js';

/** A value that is an amount, intervals or words; the first character tells which. */
export type ParsedValue =
  | { readonly type: 'SCALAR'; readonly milli: Milli }
  | { readonly type: 'RANGES'; readonly ranges: Ranges }
  | { readonly type: 'SET'; readonly items: Items };

/** `[1-5,7-7]` in any order; the scanner stands at the bracket. */
export function readRanges(scanner: Scanner): Ranges {
  const start = scanner.at;
  scanner.at += 1;
  const ranges: Range[] = [];
  if (scanner.eat(']')) return ranges;
  for (;;) {
    scanner.next();
    const item = scanner.at;
    const begin = readWhole(scanner);
    const end = scanner.eat('-') ? readWhole(scanner) : undefined;
    const after = scanner.next();
    if (Number.isNaN(after) || after === CODE.semicolon) scanner.fail('ranges end with ]', start);
    const ends = after === CODE.bracketEnd;
    if (begin === undefined || end === undefined || !(ends || after === CODE.comma)) {
      scanner.fail('a range is begin-end', item);
    }
    if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end)) {
      scanner.fail('a range ends below 2^53', item);
    }
    if (begin > end) scanner.fail('a range begins before it ends', item);
    ranges.push({ begin, end });
    scanner.at += 1;
    if (ends) return coalesce(ranges);
  }
}

/** `{a,"b,c"}` in any order; the scanner stands at the brace. */
export function readItems(scanner: Scanner): Items {
  const start = scanner.at;
  scanner.at += 1;
  const items: string[] = [];
  if (scanner.eat('}')) return items;
  do {
    items.push(scanner.next() === CODE.quote ? scanner.quoted() : readBareItem(scanner));
  } while (scanner.eat(','));
  if (!scanner.eat('}')) scanner.fail('a set ends with }', start);
  return sortedItems(items);
}

/** The inverse of {@link readItems}. */
export function formatItems(items: Items): string {
  return `{${items.map(formatItem).join(',')}}`;
}

/** A decimal >= 0; the fourth decimal rounds. `undefined` when none begins here or it is too big. */
export function readAmount(scanner: Scanner): Milli | undefined {
  const from = scanner.at;
  const whole = readWhole(scanner);
  let amount = whole ?? 0;
  let decimals = 0;
  if (whole !== undefined && scanner.text.charCodeAt(scanner.at) === CODE.point) {
    const point = scanner.at;
    for (scanner.at += 1; ; scanner.at += 1) {
      const code = scanner.text.charCodeAt(scanner.at);
      if (!isDigit(code)) break;
      amount = amount * 10 + code - CODE.zero;
    }
    decimals = scanner.at - point - 1;
    if (decimals === 0) return undefined;
  }
  if (whole === undefined) return undefined;
  // Few digits with few decimals are exact as they are; all else is read with care.
  const scale = SCALES[decimals];
  if (scale !== undefined && scanner.at - from <= SIMPLE_LENGTH) return (amount * scale) as Milli;
  return parseMilli(scanner.text.slice(from, scanner.at));
}

/** What so many decimals are to be multiplied with to be thousandths. */
const SCALES: readonly number[] = [1000, 100, 10, 1];
const SIMPLE_LENGTH = 12;

function isDigit(code: number): boolean {
  return code >= CODE.zero && code <= CODE.nine;
}

/** Digits; more than a double can hold come back as a number that is no safe one. */
function readWhole(scanner: Scanner): number | undefined {
  scanner.next();
  const from = scanner.at;
  let whole = 0;
  for (; ; scanner.at += 1) {
    const code = scanner.text.charCodeAt(scanner.at);
    if (!isDigit(code)) break;
    whole = whole * 10 + code - CODE.zero;
  }
  return scanner.at === from ? undefined : whole;
}

/** Bare items may have spaces and colons within. */
function readBareItem(scanner: Scanner): string {
  const from = scanner.at;
  const item = scanner.until(ITEM_ENDS);
  return item === '' ? scanner.fail('a set holds words separated by commas', from) : item;
}

const ITEM_ENDS = ',;{}[]"';

function formatItem(item: string): string {
  const bare = item !== '' && item.trim() === item && !/[,;{}[\]"]/.test(item);
  return bare ? item : JSON.stringify(item);
}
