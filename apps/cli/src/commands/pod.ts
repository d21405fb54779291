import { pathOf, type PodStatus } from '../client/index.js';
import { podFacts, podTable } from '../output/index.js';
import { absoluteId, type Document } from '../tree/index.js';
import { deploy, show, wholeNumber, type Call } from './call.js';
import { type CommandSpec, type Noun } from './define.js';
import { idIn, inputOf } from './options.js';

const list: CommandSpec = {
  usage: 'list',
  summary: 'List pods and how they are',
  examples: ['ekiden pod list'],
  run: async (call) => {
    const pods = await call.client.get<readonly PodStatus[]>('/v2/pods/::status');
    return show(call, pods, podTable);
  },
};

const showOne: CommandSpec = {
  usage: 'show <id>',
  summary: 'Show one pod and its instances',
  examples: ['ekiden pod show /shop/cart'],
  run: async (call, [id = '']) => {
    const pod = await call.client.get<PodStatus>(`${podPath(id)}::status`);
    return show(call, pod, podFacts);
  },
};

const add: CommandSpec = {
  usage: 'add [files...]',
  summary: 'Create pods from definitions',
  examples: ['ekiden pod add cart.json --watch'],
  takes: ['input', 'watch', 'force'],
  run: (call, files) =>
    each(call, files, (pod) => ({ method: 'POST', path: '/v2/pods', body: pod, doing: 'adding' })),
};

const update: CommandSpec = {
  usage: 'update [files...]',
  summary: 'Replace the definitions of pods',
  examples: ['ekiden pod update cart.json --watch'],
  takes: ['input', 'watch', 'force'],
  run: (call, files) =>
    each(call, files, (pod) => ({
      method: 'PUT',
      path: podPath(idIn(pod)),
      body: { ...pod, id: idIn(pod) },
      doing: 'updating',
    })),
};

const remove: CommandSpec = {
  usage: 'remove <id>',
  summary: 'Stop a pod and remove its definition',
  examples: ['ekiden pod remove /shop/cart --watch'],
  takes: ['watch', 'force'],
  run: (call, [id = '']) =>
    deploy(call, { method: 'DELETE', path: podPath(id) }, `removing ${absoluteId(id)}`),
};

const scale: CommandSpec = {
  usage: 'scale <id> <instances>',
  summary: 'Change how many instances of a pod run',
  examples: ['ekiden pod scale /shop/cart 3 --watch'],
  takes: ['watch', 'force'],
  run: async (call, [id = '', count = '']) => {
    const instances = wholeNumber(count, 'the number of instances');
    const pod = await call.client.get<Document>(podPath(id));
    const body = { ...pod, scaling: { kind: 'fixed', instances } };
    return deploy(
      call,
      { method: 'PUT', path: podPath(id), body },
      `scaling ${absoluteId(id)} to ${instances}`,
    );
  },
};

const restart: CommandSpec = {
  usage: 'restart <id>',
  summary: 'Replace all instances of a pod, as its upgrade strategy says',
  examples: ['ekiden pod restart /shop/cart --watch'],
  takes: ['watch', 'force'],
  run: (call, [id = '']) => {
    const request = { method: 'POST', path: `${podPath(id)}::restart` } as const;
    return deploy(call, request, `restarting ${absoluteId(id)}`);
  },
};

export const podCommands: Noun = {
  name: 'pod',
  aliases: ['pods'],
  summary: 'Containers that run together: list, show, add, update, remove, scale, restart',
  commands: [list, showOne, add, update, remove, scale, restart],
};

function podPath(id: string): string {
  return pathOf('/v2/pods', id);
}

interface PodRequest {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: Document;
  readonly doing: string;
}

async function each(
  call: Call,
  files: readonly string[],
  requestFor: (pod: Document) => PodRequest,
): Promise<number> {
  let worst = 0;
  for (const pod of await inputOf(call, files)) {
    const { doing, ...request } = requestFor(pod);
    worst = Math.max(worst, await deploy(call, request, `${doing} ${idIn(pod)}`));
  }
  return worst;
}
