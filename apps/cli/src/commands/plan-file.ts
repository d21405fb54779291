import { stat, writeFile } from 'node:fs/promises';
import { Failure, type Plan, type Request } from '../client/index.js';
import { readDocuments } from '../documents/index.js';
import type { Terminal } from '../terminal/index.js';
import { jsonText } from './call.js';

const FORMAT = 1;

/** Most bytes of a plan file; no service takes larger requests unless told to. */
const BYTES_MAX = 64 * 1024 * 1024;

/** A plan that was kept to be applied: the write, and what it was seen to come to. */
export interface SavedPlan {
  readonly ekidenPlan: typeof FORMAT;
  /** For people: what it deploys. */
  readonly subject: string;
  /** Version of the definitions it was made from. */
  readonly parent: string;
  readonly digest: string;
  readonly steps: Plan['steps'];
  readonly request: Pick<Request, 'path' | 'query' | 'body'>;
}

/** Only its owner may read it: definitions may hold secrets. */
export async function savePlan(
  file: string,
  { request, subject, plan }: { readonly request: Request; subject: string; plan: Plan },
): Promise<void> {
  const { parent, digest, steps } = plan;
  if (parent === undefined || digest === undefined) {
    throw new Failure('this service does not say what its plans were made from: none can be kept');
  }
  const { path, query, body } = request;
  const kept = { path, ...(query && { query }), body };
  const saved: SavedPlan = { ekidenPlan: FORMAT, subject, parent, digest, steps, request: kept };
  await writeFile(file, `${jsonText(saved)}\n`, { mode: 0o600 });
}

/** Throws `Failure` for what is no plan file. */
export async function readPlan(file: string, terminal: Terminal): Promise<SavedPlan> {
  const size =
    file === '-'
      ? 0
      : await stat(file).then(
          ({ size: bytes }) => bytes,
          () => 0,
        );
  if (size > BYTES_MAX) {
    throw new Failure(`${file} has ${size} bytes, and a plan no more than ${BYTES_MAX}`);
  }
  const [found] = await readDocuments({ files: [file] }, terminal);
  const wrong = faultIn(found);
  if (wrong !== undefined) {
    throw new Failure(`${file} is no plan that can be applied: ${wrong}`, [
      'make one with: ekiden plan FILE --out PLAN',
    ]);
  }
  return found as unknown as SavedPlan;
}

function faultIn(value: unknown): string | undefined {
  if (!isObject(value)) return 'it is no JSON object';
  const { ekidenPlan, subject, parent, digest, steps, request } = value;
  if (ekidenPlan !== FORMAT) return `its "ekidenPlan" is not ${FORMAT}`;
  if (typeof subject !== 'string') return 'its "subject" is no text';
  if (typeof parent !== 'string' || Number.isNaN(Date.parse(parent))) {
    return 'its "parent" is no version';
  }
  if (typeof digest !== 'string' || !/^[0-9a-f]{16}$/.test(digest)) return 'its "digest" is none';
  if (!Array.isArray(steps)) return 'its "steps" are no list';
  if (!isObject(request)) return 'it has no "request"';
  const { path, query, body } = request;
  if (path !== '/v2/groups' && path !== '/v2/apps') return 'its request goes elsewhere';
  if (query !== undefined && !isObject(query)) return 'its "query" is no object';
  if (typeof body !== 'object' || body === null) return 'its request has no "body"';
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
