import { Failure, type Deployment } from '../client/index.js';
import { deploymentFacts, deploymentTable } from '../output/index.js';
import { Watch } from '../watch/index.js';
import { exitCodeOf, reportDeployment, show, type Call } from './call.js';
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
  summary: 'Show the steps of a deployment and how far it is',
  about: 'The first characters of the id are enough.',
  examples: ['ekiden deployment show 5d7f2c66'],
  run: async (call, [id = '']) => show(call, await deploymentOf(call, id), deploymentFacts),
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

export const deploymentCommands: Noun = {
  name: 'deployment',
  aliases: ['deployments'],
  summary: 'Changes under way: list, show, watch, cancel',
  commands: [list, showOne, watch, cancel],
};

async function deploymentOf({ client }: Call, id: string): Promise<Deployment> {
  const all = await client.get<readonly Deployment[]>('/v2/deployments');
  const [found, ...others] = all.filter((one) => one.id.startsWith(id));
  if (found !== undefined && others.length === 0) return found;
  const problem =
    found === undefined
      ? `there is no deployment ${id} under way`
      : `${id} stands for ${others.length + 1} deployments`;
  throw new Failure(problem, ['see what is: ekiden deployment list']);
}
