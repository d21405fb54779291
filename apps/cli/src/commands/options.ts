import { UsageError } from '../client/index.js';
import { readDocuments } from '../documents/index.js';
import { absoluteId, type Document } from '../tree/index.js';
import type { Call } from './call.js';

/** The value of a flag of one command; `undefined` when it was not given. */
export function textOf({ options }: Call, name: string): string | undefined {
  const value = options.own[name];
  return typeof value === 'string' ? value : undefined;
}

export function listOf({ options }: Call, name: string): readonly string[] {
  const value = options.own[name];
  return Array.isArray(value) ? value.map(String) : [];
}

export function isSet({ options }: Call, name: string): boolean {
  return options.own[name] === true;
}

/** The definitions named by FILEs and `--json-body`. */
export function inputOf(call: Call, files: readonly string[]): Promise<readonly Document[]> {
  return readDocuments({ files, json: textOf(call, 'jsonBody') }, call.terminal);
}

/** The id in a document, absolute; throws `UsageError` where there is none. */
export function idIn(document: Document): string {
  const { id } = document;
  if (typeof id !== 'string' || id === '') throw new UsageError('a definition without an "id"');
  return absoluteId(id);
}
