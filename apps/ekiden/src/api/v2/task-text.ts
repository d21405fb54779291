import { Readable } from 'node:stream';
import { setImmediate as nextRound } from 'node:timers/promises';
import { mapInSteps } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import type { AppDefinition } from '../../core/app/index.js';
import type { Instance } from '../../core/instance/index.js';
import type { StateView } from '../../core/turn/index.js';
import type { ApiContext } from '../api-context.js';
import { HttpAnswer, all, bestOf, type QueryValues } from '../http/index.js';
import {
  isPlaced,
  presentTaskText,
  type NetworkSelection,
  type PlacedInstance,
} from './presenters/index.js';

/** Apps whose lines are made in one go. */
const APPS_PER_RUN = 100;

/** Whether a client likes plain text better than JSON; whoever takes both alike gets JSON. */
export function prefersText({ headers }: FastifyRequest): boolean {
  return bestOf(headers.accept, ['application/json', 'text/plain']) === 'text/plain';
}

/** The running tasks of apps as tab-separated lines (marathon-api 4.5.1). */
export async function taskText(
  api: Pick<ApiContext, 'ofOneState'>,
  appsIn: (state: StateView) => readonly AppDefinition[],
  query: QueryValues,
): Promise<HttpAnswer> {
  // rows of one moment; what they say is put into words later
  const { value: found } = await api.ofOneState((state) =>
    mapInSteps(appsIn(state), (app) => ({
      app,
      instances: state.instances.by('app', app.id),
    })),
  );
  const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
  const stream = (): Readable => Readable.from(lines(found, networksWanted(query)));
  return new HttpAnswer(200, undefined, headers, { stream });
}

interface AppRows {
  readonly app: AppDefinition;
  readonly instances: readonly Instance[];
}

function isRunning(one: Instance): one is PlacedInstance {
  return isPlaced(one) && one.condition === 'Running';
}

async function* lines(
  apps: readonly AppRows[],
  networks: NetworkSelection,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < apps.length; at += APPS_PER_RUN) {
    const run = apps.slice(at, at + APPS_PER_RUN);
    const text = run.map(({ app, instances }) =>
      presentTaskText({ app, running: instances.filter(isRunning) }, networks),
    );
    yield Buffer.from(text.join(''));
    await nextRound();
  }
}

/** Separated by commas; may be repeated. */
function networksWanted(query: QueryValues): NetworkSelection {
  const names = all(query, 'containerNetworks').flatMap((value) => value.split(','));
  return new Set(names.map((name) => name.trim()).filter((name) => name !== ''));
}
