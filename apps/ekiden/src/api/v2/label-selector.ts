import { unprocessable } from '../http/index.js';

/** Whether the labels of an app are selected. */
export type LabelSelector = (labels: Readonly<Record<string, string>>) => boolean;

/**
 * Reads `tier==web, team in (a, b), legacy` (marathon-api 4.1): the comma means "and"; every
 * operator needs the label to be there, also `!=` and `notin`; an empty text selects everything.
 * Throws a `Problem` (422) for anything else.
 */
export function parseLabelSelector(text: string): LabelSelector {
  if (text.trim() === '') return () => true;
  const reader = new Reader(text);
  const selectors = [readSelector(reader)];
  while (reader.take(/,/y) !== undefined) selectors.push(readSelector(reader));
  if (!reader.atEnd()) throw reader.refusal("',' or the end");
  return (labels) => selectors.every((selects) => selects(labels));
}

const TERM = /(?:\\[\s\S]|[-A-Za-z0-9_.])+/y;

function readSelector(reader: Reader): LabelSelector {
  const label = readTerm(reader, 'a label');
  const operator = reader.take(/==|!=|notin(?=[\s(])|in(?=[\s(])/y);
  switch (operator) {
    case '==':
    case '!=': {
      const value = readTerm(reader, 'a value');
      return ofPresent(label, (actual) => (actual === value) === (operator === '=='));
    }
    case 'in':
    case 'notin': {
      const values = readValues(reader);
      return ofPresent(label, (actual) => values.has(actual) === (operator === 'in'));
    }
    case undefined:
    default:
      return ofPresent(label, () => true);
  }
}

function readValues(reader: Reader): ReadonlySet<string> {
  if (reader.take(/\(/y) === undefined) throw reader.refusal("'('");
  const values = new Set([readTerm(reader, 'a value')]);
  while (reader.take(/,/y) !== undefined) values.add(readTerm(reader, 'a value'));
  if (reader.take(/\)/y) === undefined) throw reader.refusal("')'");
  return values;
}

function readTerm(reader: Reader, what: string): string {
  const term = reader.take(TERM);
  if (term === undefined) throw reader.refusal(what);
  return term.replace(/\\([\s\S])/g, '$1');
}

function ofPresent(label: string, holds: (value: string) => boolean): LabelSelector {
  return (labels) => {
    const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
    return value !== undefined && holds(value);
  };
}

/** Walks over a text token by token; blanks between tokens do not count. */
class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The token at this place, if it is one of `pattern` (which has to be sticky). */
  take(pattern: RegExp): string | undefined {
    this.skipBlanks();
    pattern.lastIndex = this.at;
    const token = pattern.exec(this.text)?.[0];
    if (token !== undefined) this.at += token.length;
    return token;
  }

  atEnd(): boolean {
    this.skipBlanks();
    return this.at === this.text.length;
  }

  refusal(expected: string): Error {
    const reason = `expected ${expected} at position ${this.at}`;
    return unprocessable(`Can not parse label selector ${this.text}. Reason: ${reason}`);
  }

  private skipBlanks(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at += 1;
  }
}
