import { Failure, type Deployment, type DeploymentDetails } from '../client/index.js';
import { deploymentFacts, deploymentTable, historyTable } from '../output/index.js';
import { Watch } from '../watch/index.js';
import { EXIT, deploy, exitCodeOf, jsonText, reportDeployment, show, type Call } from './call.js';
import type { CommandSpec, Noun } from './define.js';

const list: CommandSpec = {
  usage: 'list',
  summary: 'List what is being deployed',
  examples: ['ekiden deployment list'],
  run: async (call) => {
    const all = await call.client.get<readonly Deployment[]>('/v2/deployments');
    return show(call, all, deploymentTable);
  },
};

const showOne: CommandSpec = {
  usage: 'show <id>',
  summary: 'Show a deployment: its steps, how far it is, and what it waits for',
  about: 'The first characters of the id are enough.',
  examples: ['ekiden deployment show 5d7f2c66'],
  run: async (call, [id = '']) => show(call, await detailsOf(call, id), deploymentFacts),
};

const watch: CommandSpec = {
  usage: 'watch <id>',
  summary: 'Follow a deployment to its end',
  about:
    'Exit code 0 when it succeeds, 1 when it fails, 130 after Ctrl-C, which only stops watching.',
  examples: ['ekiden deployment watch 5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11'],
  run: async ({ client, terminal }, [id = '']) => {
    const all = await client.get<readonly Deployment[]>('/v2/deployments');
    const known = all.find((one) => one.id.startsWith(id))?.id ?? id;
    // One that has ended is still in the events that are kept.
    const watching = await Watch.begin(client, terminal, '0');
    try {
      return exitCodeOf(await watching.follow(known));
    } finally {
      watching.end();
    }
  },
};

const cancel: CommandSpec = {
  usage: 'cancel <id>',
  summary: 'Undo a deployment: a new one goes back to what was before',
  about: 'With --force it only stops where it is; definitions stay as they were to become.',
  examples: [
    'ekiden deployment cancel 5d7f2c66 --watch',
    'ekiden deployment cancel 5d7f2c66 --force',
  ],
  takes: ['watch'],
  flags: [{ flags: '--force', text: 'stop it, undo nothing' }],
  run: async (call, [given = '']) => {
    const { client, options, terminal } = call;
    const { id } = await deploymentOf(call, given);
    const watching =
      options.watch && !options.force ? await Watch.begin(client, terminal) : undefined;
    try {
      const answer = await client.ask({
        method: 'DELETE',
        path: `/v2/deployments/${id}`,
        query: { force: options.force },
      });
      const doing = options.force ? `stopping ${id}` : `undoing ${id}`;
      return await reportDeployment(call, answer, doing, watching);
    } finally {
      watching?.end();
    }
  },
};

const history: CommandSpec = {
  usage: 'history',
  summary: 'List deployments that have ended, with how and why',
  examples: ['ekiden history', "ekiden history --json | jq '.[0]'"],
  run: async (call) => {
    const query = { status: 'finished' };
    const all = await call.client.get<readonly DeploymentDetails[]>('/v2/deployments', query);
    return show(call, all, historyTable);
  },
};

/** Verbs that leave the deployment where it is, or have it go on. */
const held = (verb: 'promote' | 'pause' | 'resume', summary: string, about = ''): CommandSpec => ({
  usage: `${verb} <id>`,
  summary,
  about: `${about}The first characters of the id are enough.`,
  examples: verb === 'pause' ? [`ekiden pause 5d7f2c66`] : [`ekiden ${verb} 5d7f2c66 --watch`],
  ...(verb === 'pause' ? {} : { takes: ['watch'] as const }),
  run: async (call, [given = '']) => {
    const { client, options, terminal } = call;
    const { id } = await detailsOf(call, given);
    const watching = options.watch ? await Watch.begin(client, terminal) : undefined;
    try {
      const answer = await client.ask({ method: 'POST', path: `/v2/deployments/${id}/${verb}` });
      const details = answer.body as DeploymentDetails;
      if (watching === undefined) {
        show(call, details, deploymentFacts);
        for (const hint of hintsOf(details, options.json)) terminal.note(hint);
        return EXIT.ok;
      }
      if (options.json) terminal.out(jsonText(details));
      return exitCodeOf(await watching.follow(id));
    } finally {
      watching?.end();
    }
  },
});

/** What to do next, for a person. */
function hintsOf(details: DeploymentDetails, json: boolean): readonly string[] {
  if (json) return [];
  const { id, state } = details;
  const ended = details.finishedAt !== undefined;
  if (state === 'paused') return [`go on: ekiden resume ${id}   go back: ekiden abort ${id}`];
  return ended ? [] : [`follow it with: ekiden deployment watch ${id}`];
}

/** Verbs that start a deployment which goes back. */
const takenBack = (verb: 'abort' | 'undo', summary: string, about: string): CommandSpec => ({
  usage: `${verb} <id>`,
  summary,
  about,
  examples: [`ekiden ${verb} 5d7f2c66 --watch`],
  takes: ['watch'],
  run: async (call, [given = '']) => {
    const { id } = await detailsOf(call, given);
    const request = { method: 'POST', path: `/v2/deployments/${id}/${verb}` } as const;
    return deploy(call, request, `taking back ${id}`);
  },
});

/** What operators do with a deployment; also without the noun. */
export const DEPLOYMENT_VERBS: readonly CommandSpec[] = [
  held(
    'promote',
    'Let the new version of a blue/green or canary deployment take over',
    'Blue/green: as soon as all of it is healthy, in one route change. Canary: on to the next step.\n',
  ),
  held('pause', 'Have a deployment wait: nothing more is started or stopped for it'),
  held('resume', 'Go on with a paused deployment'),
  takenBack(
    'abort',
    'Give up a running deployment and go back to what was before',
    'Instances that still run as before are kept.',
  ),
  takenBack(
    'undo',
    'Take back what a deployment did, also when it has ended',
    'Later scaling and what others have changed since stay; where both changed the same, it is\n' +
      'refused and the later deployment named.',
  ),
  history,
];

export const deploymentCommands: Noun = {
  name: 'deployment',
  aliases: ['deployments'],
  summary:
    'Changes under way: list, show, watch, cancel, promote, pause, resume, abort, undo, history',
  commands: [list, showOne, watch, cancel, ...DEPLOYMENT_VERBS],
};

/** By the beginning of its id, under way, queued or ended. */
async function detailsOf({ client }: Call, id: string): Promise<DeploymentDetails> {
  const listed = (status: string): Promise<readonly Deployment[]> =>
    client.get<readonly Deployment[]>('/v2/deployments', { status });
  const all = await Promise.all(['running', 'queued', 'finished'].map(listed));
  // One that has moved on meanwhile is in two of the lists.
  const found = [...new Map(all.flat().map((one) => [one.id, one])).values()].filter((one) =>
    one.id.startsWith(id),
  );
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) {
    return client.get<DeploymentDetails>(`/v2/deployments/${only.id}`);
  }
  const problem =
    only === undefined
      ? `there is no deployment ${id}`
      : `${id} stands for ${found.length} deployments`;
  throw new Failure(problem, ['see what is: ekiden deployment list, ekiden history']);
}

async function deploymentOf({ client }: Call, id: string): Promise<Deployment> {
  const running = await client.get<readonly Deployment[]>('/v2/deployments');
  const queued = await client.get<readonly Deployment[]>('/v2/deployments', { status: 'queued' });
  const [found, ...others] = [...running, ...queued].filter((one) => one.id.startsWith(id));
  if (found !== undefined && others.length === 0) return found;
  const problem =
    found === undefined
      ? `there is no deployment ${id} under way`
      : `${id} stands for ${others.length + 1} deployments`;
  throw new Failure(problem, ['see what is: ekiden deployment list']);
}
