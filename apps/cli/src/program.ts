import { Command, CommanderError } from 'commander';
import { Failure, Refusal, UsageError } from './client/index.js';
import {
  EXIT,
  NOUNS,
  VERBS,
  addCommand,
  addNoun,
  examplesText,
  urlOption,
} from './commands/index.js';
import { failureText, paint } from './output/index.js';
import type { Terminal } from './terminal/index.js';

const EXAMPLES = [
  'ekiden app add examples/hello.json --watch',
  'ekiden app scale /hello 5 --watch',
  'ekiden why /hello',
  'ekiden import marathon --from http://old:8080',
];

const NOTES = `
Environment:
  EKIDEN_URL            where the service answers (http://127.0.0.1:8080)
  EKIDEN_CREDENTIALS    user:password, where the address does not carry them; never shown
  MARATHON_CREDENTIALS  the same for the old service of an import
  NO_COLOR              no colours

Exit codes: 0 done, 1 it failed or was refused, 2 the command makes no sense as written,
130 watching was stopped by Ctrl-C (the deployment goes on).`;

/** Runs one command line (without the program's name); resolves to its exit code. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = EXIT.ok;
  const program = declare(terminal, (given) => {
    code = given;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return complain(error, terminal, args.includes('--json'));
  }
}

function declare(terminal: Terminal, done: (code: number) => void): Command {
  const program = new Command('ekiden')
    .description('Talks to an Ekiden service: what runs, what changes, what waits and why.')
    .addOption(urlOption())
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => {
        terminal.out(text.trimEnd());
      },
      writeErr: (text) => {
        terminal.note(text.trimEnd());
      },
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    })
    .addHelpText('after', `${examplesText(EXAMPLES)}\n${NOTES}`);
  for (const noun of NOUNS) addNoun(program, noun, terminal, done);
  for (const verb of VERBS) addCommand(program, verb, terminal, done);
  return program;
}

/** The same for everybody, so that it can be read in a document. */
const HELP_WIDTH = 100;

function complain(error: unknown, terminal: Terminal, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const painted = paint(terminal.colours);
  if (error instanceof UsageError) {
    terminal.note(`${painted.bad('error:')} ${error.message}`);
    return EXIT.usage;
  }
  if (!(error instanceof Failure)) throw error;
  if (json && error instanceof Refusal) terminal.out(JSON.stringify(error.body ?? {}, null, 2));
  terminal.note(failureText(error, painted));
  return EXIT.failed;
}
