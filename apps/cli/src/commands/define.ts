import { Option, type Command } from 'commander';
import { Client, serverAddress } from '../client/index.js';
import type { Terminal } from '../terminal/index.js';
import type { Call, Options } from './call.js';

/** A flag of one command alone, in commander's words. */
export interface Flag {
  readonly flags: string;
  readonly text: string;
  /** May be given several times. */
  readonly several?: boolean;
  readonly choices?: readonly string[];
}

export interface CommandSpec {
  /** Name and arguments: `scale <id> <instances>`. */
  readonly usage: string;
  readonly summary: string;
  /** Lines of a shell, without its prompt. */
  readonly examples: readonly string[];
  /** More than the summary says, for its help. */
  readonly about?: string;
  /** Which of the common flags it takes; all take those for the server and `--json`. */
  readonly takes?: readonly CommonFlag[];
  readonly flags?: readonly Flag[];
  readonly run: (call: Call, args: readonly string[]) => Promise<number>;
}

export type CommonFlag = 'watch' | 'dryRun' | 'force' | 'queue' | 'input';

export interface Noun {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly commands: readonly CommandSpec[];
}

export const DEPLOYS: readonly CommonFlag[] = ['watch', 'dryRun', 'force', 'queue'];
export const DEPLOYS_FILES: readonly CommonFlag[] = ['input', ...DEPLOYS];

const COMMON: Readonly<Record<CommonFlag, Flag>> = {
  input: { flags: '--json-body <json>', text: 'the definition itself, instead of a FILE' },
  watch: {
    flags: '-w, --watch',
    text: 'follow the deployment to its end; exit code 1 if it fails, Ctrl-C stops only watching',
  },
  dryRun: { flags: '--dry-run', text: 'show the plan, change nothing' },
  force: {
    flags: '--force',
    text: 'take over from deployments of the same apps that are under way',
  },
  queue: {
    flags: '--queue',
    text: 'wait for deployments of the same apps that are under way, and begin when they have ended',
  },
};

/** Adds a noun with its commands; `done` gets each exit code. */
export function addNoun(
  program: Command,
  noun: Noun,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  const parent = program.command(noun.name).description(noun.summary);
  for (const alias of noun.aliases ?? []) parent.alias(alias);
  for (const spec of noun.commands) addCommand(parent, spec, terminal, done);
}

export function addCommand(
  parent: Command,
  spec: CommandSpec,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  const command = parent.command(spec.usage).summary(spec.summary);
  command.description(
    spec.about === undefined ? `${spec.summary}.` : `${spec.summary}.\n${spec.about}`,
  );
  for (const name of spec.takes ?? []) addFlag(command, COMMON[name]);
  for (const flag of spec.flags ?? []) addFlag(command, flag);
  command.option('--json', "print the server's JSON and nothing else");
  command.addOption(urlOption());
  command.addHelpText('after', examplesText(spec.examples));
  command.action(async () => {
    const given: Readonly<Record<string, unknown>> = command.optsWithGlobals();
    const args = (command.processedArgs as readonly unknown[]).flat();
    done(
      await spec.run(
        { client: clientOf(given['url'], terminal), terminal, options: optionsOf(given) },
        args.filter((one) => typeof one === 'string'),
      ),
    );
  });
}

/** Also of the program itself, so that it may stand in front. */
export function urlOption(): Option {
  return new Option('--url <url>', 'where the service answers (EKIDEN_URL; http://127.0.0.1:8080)');
}

export function examplesText(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`;
}

function addFlag(command: Command, { flags, text, several, choices }: Flag): void {
  const option = new Option(flags, text);
  if (several === true) {
    option.argParser((value: string, earlier: readonly string[] | undefined) => [
      ...(earlier ?? []),
      value,
    ]);
  }
  if (choices !== undefined) option.choices(choices);
  command.addOption(option);
}

function optionsOf(given: Readonly<Record<string, unknown>>): Options {
  return {
    json: given['json'] === true,
    watch: given['watch'] === true,
    dryRun: given['dryRun'] === true,
    force: given['force'] === true,
    queue: given['queue'] === true,
    own: given,
  };
}

function clientOf(url: unknown, terminal: Terminal): Client {
  const { EKIDEN_URL, EKIDEN_CREDENTIALS } = terminal.env;
  return new Client(serverAddress(typeof url === 'string' ? url : EKIDEN_URL, EKIDEN_CREDENTIALS));
}
