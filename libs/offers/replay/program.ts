import { Command, CommanderError } from 'commander';
import type { Readable, Writable } from 'node:stream';

import { OPS, Replay } from './replay.js';
import { replayStream } from './replay-stream.js';
import type { ReplayParts } from './world.js';

/** The parts of a process that the program uses. */
export interface ProgramIo {
  /** Node and script first, as Node gives it. */
  readonly argv: readonly string[];
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

const EXAMPLES = `
Commands, one JSON object per line, by their "op":
${wrapped(OPS)}
The whole protocol is in libs/offers/replay/README.md.

Examples:
  $ npm run -s offers -- replay <<'END'
  {"op":"configure","mode":"batch"}
  {"op":"addAgent","id":"a1","hostname":"h1","resources":"cpus:2;mem:1024"}
  {"op":"addFramework","id":"f1","roles":["eng"]}
  END
  {"event":"offer","framework":"f1","role":"eng","agent":"a1","resources":"cpus:2;mem:1024"}
      A pool of one agent and one framework; the agent is offered to it.
  $ npm run -s offers -- replay < trace.jsonl > events.jsonl
      Play a recorded trace again; the same lines always give the same events.
`;

/** `offers replay`; answers the exit code: 0, 1 for a bug of ours, 2 for a wrong call. */
export async function offersProgram(io: ProgramIo, parts: ReplayParts): Promise<number> {
  let bugs = 0;
  const program = new Command('offers')
    .description('Tries out who is offered what: the allocator of the offer core, by itself')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
  program
    .command('replay')
    .description('read commands from stdin and write what the allocator decides to stdout')
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      bugs = await replay(io, parts);
    });
  try {
    await program.parseAsync(io.argv);
    return bugs > 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}

/** Somebody who has seen enough (`| head`) closes the pipe: that is an end, not a failure. */
async function replay({ stdin, stdout }: ProgramIo, parts: ReplayParts): Promise<number> {
  let ended: Error | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    ended ??= error;
    stdin.destroy();
  });
  try {
    return await replayStream(new Replay(parts), stdin, stdout);
  } catch (error) {
    const cause = ended ?? error;
    if (cause instanceof Error && 'code' in cause && cause.code === 'EPIPE') return 0;
    throw cause;
  }
}

function wrapped(words: readonly string[]): string {
  const lines: string[] = [];
  let line = ' ';
  for (const word of words) {
    if (line.length + word.length > 76) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}
