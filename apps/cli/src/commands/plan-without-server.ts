import { planTrees } from '@ekiden/definitions';
import { Failure, UsageError } from '../client/index.js';
import { readDocuments } from '../documents/index.js';
import { planText } from '../output/index.js';
import type { Document } from '../tree/index.js';
import { EXIT, jsonText, type Call } from './call.js';
import { isSet } from './options.js';
import { noteWarnings } from './plan.js';

/** The plan that leads from one state of a group to another, each in a file. */
export async function planWithoutServer(call: Call, from: string, to: string): Promise<number> {
  const [before, after] = [await onlyGroup(call, from), await onlyGroup(call, to)];
  const place = groupIdOf(after) ?? groupIdOf(before) ?? '/';
  if ((groupIdOf(before) ?? place) !== place) {
    throw new UsageError(
      `${from} describes ${groupIdOf(before) ?? place} and ${to} describes ${place}: a plan leads from one state of a group to another`,
    );
  }
  const verdict = planTrees({ ...before, id: place }, { ...after, id: place });
  if (!verdict.sound) {
    const file = verdict.document === 'from' ? from : to;
    throw new Failure(
      [
        `${file} is refused:`,
        ...verdict.violations.map(({ path, message }) => `  ${path}: ${message}`),
      ].join('\n'),
    );
  }
  const { plan } = verdict;
  if (call.options.json) call.terminal.out(jsonText(plan));
  else call.terminal.out(planText(plan));
  if (isSet(call, 'placements')) {
    call.terminal.note('Where instances would go is known to a server alone: here are no agents.');
  }
  if (!call.options.json) noteWarnings(call, plan);
  return EXIT.ok;
}

async function onlyGroup(call: Call, file: string): Promise<Document> {
  const [only, ...more] = await readDocuments({ files: [file] }, call.terminal);
  if (only === undefined || more.length > 0) {
    throw new UsageError(`${file} has to hold one group, not ${more.length + (only ? 1 : 0)}`);
  }
  return only;
}

function groupIdOf({ id }: Document): string | undefined {
  if (typeof id !== 'string' || id === '') return undefined;
  return id.startsWith('/') ? id : `/${id}`;
}
