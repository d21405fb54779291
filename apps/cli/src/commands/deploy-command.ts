import { UsageError } from '../client/index.js';
import { isGroup } from '../tree/index.js';
import { deploy } from './call.js';
import { DEPLOYS_FILES, type CommandSpec } from './define.js';
import { idIn, inputOf } from './options.js';
import { planOf } from './plan-command.js';

export const deployCommand: CommandSpec = {
  usage: 'deploy [files...]',
  summary: 'Make a group, or apps, as their definitions say, as one deployment',
  about: 'What is there is replaced, what is not is created. Look at `ekiden plan FILE` first.',
  examples: [
    'ekiden deploy examples/shop/group.json --watch',
    'ekiden deploy web.json api.json --watch',
  ],
  takes: DEPLOYS_FILES,
  run: async (call, files) => {
    const documents = await inputOf(call, files);
    if (call.options.dryRun) return planOf(call, documents);
    const [first, ...more] = documents;
    if (first === undefined) throw new UsageError('there is nothing to deploy');
    if (!documents.some(isGroup)) {
      const ids = documents.map(idIn);
      const query = { partialUpdate: 'false' };
      const body = documents.map((app, at) => ({ ...app, id: ids[at] }));
      const request = { method: 'PUT', path: '/v2/apps', query, body } as const;
      return deploy(call, request, `deploying ${ids.join(', ')}`);
    }
    if (more.length > 0) throw new UsageError('deploy one group at a time, or apps');
    const request = { method: 'PUT', path: '/v2/groups', body: first } as const;
    const { id } = first;
    return deploy(call, request, `deploying ${typeof id === 'string' ? id : '/'}`);
  },
};
