import { examplesOf, type ApiDocument } from './served-document.js';

/** One press of "Execute". */
export interface Step {
  readonly method: string;
  readonly path: string;
  /** Name of the example that is sent. */
  readonly example: string | undefined;
}

/** A part of the play: things are created before they are read, changed, and removed. */
export interface Act {
  readonly name: string;
  readonly has: (step: Step) => boolean;
}

const ACTIONS =
  /\/(?:promote|pause|resume|abort|undo|restart|drain|activate|deactivate|delete)$|^\/logging$/;
const ROOT = '/v2/groups';

/** Every step is in the first of these that has it; `reads` are played between them, too. */
export const ACTS: readonly Act[] = [
  {
    name: 'finds no task to decide about',
    has: ({ path }) => path.startsWith('/v2/unknown-tasks/'),
  },
  { name: 'asks for no session', has: ({ path }) => path.endsWith('/exec') },
  { name: 'has no data to show', has: ({ path }) => path === '/v2/volumes/{volume}' },
  { name: 'leaves plugins alone', has: ({ path }) => path.startsWith('/v2/plugins/') },
  {
    name: 'creates',
    has: ({ method, path }) => method === 'post' && !ACTIONS.test(path),
  },
  { name: 'reads', has: ({ method }) => method === 'get' },
  {
    name: 'waits no longer',
    has: ({ method, path }) => method === 'delete' && path === '/v2/queue/{id}/delay',
  },
  {
    name: 'holds what waits, and lets it go on',
    has: ({ path }) => /^\/v2\/deployments\/\{deployment\}\/(?:pause|resume)$/.test(path),
  },
  {
    name: 'gives up what waits',
    has: ({ method, path }) => method === 'delete' && path === '/v2/deployments/{deployment}',
  },
  {
    name: 'promotes nothing that has ended',
    has: ({ path }) => path === '/v2/deployments/{deployment}/promote',
  },
  {
    name: 'aborts nothing that has ended',
    has: ({ path }) => path === '/v2/deployments/{deployment}/abort',
  },
  {
    name: 'undoes what has ended',
    has: ({ path }) => path === '/v2/deployments/{deployment}/undo',
  },
  {
    name: 'changes',
    has: ({ method }) => method === 'put' || method === 'patch',
  },
  { name: 'acts', has: ({ method }) => method === 'post' },
  {
    name: 'gives up no agent that answers',
    has: ({ method, path }) => method === 'delete' && path === '/v2/agents/{agent}',
  },
  {
    name: 'removes',
    has: ({ method, path }) => method === 'delete' && path !== ROOT && path !== '/v2/leader',
  },
  { name: 'removes everything', has: ({ path }) => path === ROOT },
  { name: 'gives up leading', has: ({ path }) => path === '/v2/leader' },
];

/** All steps of a document by act; what is removed goes with its parts before it. */
export function stepsOf(document: ApiDocument): ReadonlyMap<string, readonly Step[]> {
  const steps = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]): Step[] => {
      const examples = Object.keys(examplesOf(operation));
      if (examples.length === 0) return [{ method, path, example: undefined }];
      return examples.map((example) => ({ method, path, example }));
    }),
  );
  const acts = new Map<string, Step[]>(ACTS.map(({ name }) => [name, []]));
  for (const step of steps) {
    const act = ACTS.find(({ has }) => has(step));
    if (act === undefined) throw new Error(`no act has ${step.method} ${step.path}`);
    acts.get(act.name)?.push(step);
  }
  acts.get('removes')?.sort((a, b) => b.path.length - a.path.length);
  return acts;
}
