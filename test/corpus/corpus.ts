import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A JSON object of which nothing is known. */
export type Document = Readonly<Record<string, unknown>>;

/** One file of the corpus: definitions that people ran on Marathon. */
export interface CorpusFile {
  readonly file: string;
  /** `app`, `apps`, `pod`; with ` (answer)` when a server had said it. */
  readonly kind: string;
  readonly expected: 'accept' | 'reject' | 'unknown';
  readonly documents: readonly Document[];
}

const BESIDE = fileURLToPath(new URL('../../../shared/corpus', import.meta.url));

/** Every file of the corpus, in the order of its manifest. test/run.mjs says where it lies. */
export function readCorpus(): readonly CorpusFile[] {
  const folder = process.env['EKIDEN_CORPUS'] ?? BESIDE;
  const manifest = read(folder, 'manifest.json') as readonly Omit<CorpusFile, 'documents'>[];
  return manifest.map(({ file, kind, expected }) => {
    const content = read(folder, file);
    const documents = Array.isArray(content) ? (content as Document[]) : [content as Document];
    return { file, kind, expected, documents };
  });
}

function read(folder: string, file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown;
}
