import type { CommandSpec, Noun } from './define.js';

const marathon: CommandSpec = {
  usage: 'marathon',
  summary: 'Take over apps, groups and pods from a Marathon, or from files',
  about:
    'Says for every definition what is kept, changed or lost, then the plan of the new service.\n' +
    'Nothing is changed without --apply; running it twice changes nothing the second time. What the\n' +
    'new service has beside the imported definitions stays as it is.\n' +
    'FILE: an app, a pod, a group, a list, any answer of Marathon, a folder of them, or "-".\n' +
    'Without a service at --url the report is made all the same, by the same rules.',
  examples: [
    'ekiden import marathon --from http://old:8080',
    'ekiden import marathon --from http://user:password@old:8080 --only /shop --report shop.md',
    'ekiden import marathon --from http://old:8080 --only /shop --apply --watch',
    'ekiden import marathon --file definitions/ --file groups.json --report report.json',
    'ekiden import marathon --from http://old:8080 --save groups.json   # edit it, then --file it',
  ],
  takes: ['watch', 'force'],
  flags: [
    { flags: '--from <url>', text: 'the old service (credentials also by MARATHON_CREDENTIALS)' },
    { flags: '--file <file>', text: 'definitions in files; may be repeated', several: true },
    { flags: '--only <id>', text: 'only this app, pod or group; may be repeated', several: true },
    { flags: '--except <id>', text: 'without this one; may be repeated', several: true },
    { flags: '--apply', text: 'make it so' },
    { flags: '--report <file>', text: 'write the report: Markdown for .md, else JSON' },
    { flags: '--save <file>', text: 'write the definitions as they would be sent' },
  ],
  // The rules for definitions are loaded only where they are needed.
  run: async (call) => (await import('./import-marathon.js')).importMarathon(call),
};

export const importCommands: Noun = {
  name: 'import',
  summary: 'Take over from another system: marathon',
  commands: [marathon],
};
