import { readFile } from 'node:fs/promises';
import { Failure, UsageError } from '../client/index.js';
import type { Terminal } from '../terminal/index.js';
import type { Document } from '../tree/index.js';
import { jsonFault } from './json-fault.js';

/** One JSON document and where it came from, for messages. */
export interface Source {
  readonly name: string;
  readonly value: unknown;
}

export interface Input {
  /** Paths; `-` is the standard input. */
  readonly files: readonly string[];
  /** The document itself. */
  readonly json?: string | undefined;
}

/** Every document named on the command line, in order; at least one. */
export async function readSources({ files, json }: Input, terminal: Terminal): Promise<Source[]> {
  if (files.length === 0 && json === undefined) {
    throw new UsageError('name a FILE, "-" for the standard input, or --json-body \'{...}\'');
  }
  const sources =
    json === undefined ? [] : [{ name: '--json-body', value: parseJson(json, '--json-body') }];
  for (const file of files) {
    const name = file === '-' ? 'the standard input' : file;
    const text = file === '-' ? await terminal.readInput() : await readText(file);
    sources.push({ name, value: parseJson(text, name) });
  }
  return sources;
}

/** A file may hold one document or an array of them. */
export async function readDocuments(
  input: Input,
  terminal: Terminal,
): Promise<readonly Document[]> {
  const sources = await readSources(input, terminal);
  return sources.flatMap(({ name, value }) => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.map((one) => {
      if (typeof one !== 'object' || one === null || Array.isArray(one)) {
        throw new UsageError(`${name} holds something that is no JSON object`);
      }
      return one as Document;
    });
  });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(
      code === 'ENOENT'
        ? `there is no file ${file}`
        : `${file} cannot be read: ${code ?? String(error)}`,
      [],
      { cause: error },
    );
  }
}

/** Throws `Failure` with line and column of what is wrong. */
function parseJson(written: string, name: string): unknown {
  const text = written.replace(/^\ufeff/, '');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const { line, column, found } = jsonFault(text);
    const what = found === undefined ? 'it ends too early' : `unexpected ${JSON.stringify(found)}`;
    throw new Failure(`${name}:${line}:${column} is not JSON: ${what}`, [], { cause: error });
  }
}
