import { deploy } from './call.js';
import { DEPLOYS_FILES, type CommandSpec } from './define.js';
import { inputOf } from './options.js';
import { planOf } from './plan-command.js';
import { writeOf } from './write-request.js';

export const deployCommand: CommandSpec = {
  usage: 'deploy [files...]',
  summary: 'Make a group, or apps, as their definitions say, as one deployment',
  about: 'What is there is replaced, what is not is created. Look at `ekiden plan FILE` first.',
  examples: [
    'ekiden deploy examples/shop/group.json --watch',
    'ekiden deploy web.json api.json --watch',
    'ekiden deploy examples/shop/group.json --queue --watch',
  ],
  takes: DEPLOYS_FILES,
  run: async (call, files) => {
    const documents = await inputOf(call, files);
    if (call.options.dryRun) return planOf(call, documents);
    const { request, subject } = writeOf(documents);
    return deploy(call, request, `deploying ${subject}`);
  },
};
