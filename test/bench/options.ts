import { parseArgs } from 'node:util';
import { nearest } from '../../apps/ekiden/src/settings/nearest.js';

export interface RunOptions {
  readonly names: readonly string[];
  /** Instead of what each benchmark does by itself. */
  readonly rounds: number | undefined;
  readonly json: string | undefined;
  readonly profile: string | undefined;
  readonly long: boolean;
  readonly quick: boolean;
  /** Only cases with a goal of this number, or with these words in their name. */
  readonly only: string | undefined;
  readonly strict: boolean;
}

export type Wish =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  | { readonly kind: 'run'; readonly options: RunOptions }
  /** What is wrong with the command line, one thing per line. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

const ROUNDS_MAX = 100;

export const HELP = `Measures the service against a reference, both in turn in the same run.

Usage: npm run bench -- NAME [NAME...] [options]

  --list           what benchmarks there are
  --rounds <n>     rounds that count, after one that does not (1 to ${ROUNDS_MAX}; fewer than 5 are marked
                   as not valid)
  --only <words>   only the cases with a goal of this number, or with these words in their names
  --long           full sizes: hours instead of minutes
  --quick          small sizes where a benchmark has them: nothing is held against its goals
  --json <file>    write the rows there
  --profile <dir>  one more run of each subject afterwards, with CPU profiles into this folder and
                   the costliest functions printed
  --strict         exit code 1 when a bar is missed or a run is not valid
  --help           this text

Ratios count, not absolute figures: they are medians over the rounds. A run is valid when the middle
half of the reference's rounds lies within 30 % of their median; otherwise all rounds are run again,
twice at most. Without --strict the exit code only says whether everything could be run.

Examples:
  npm run bench -- --list
  npm run bench -- boot
  npm run bench -- boot durable --json bench.json
  npm run bench -- durable --rounds 1 --profile /tmp/profiles
  npm run bench -- durable --long --strict
  npm run bench -- allocator --only 1a
`;

/** Reads the command line; `known` are the benchmarks there are. */
export function readWish(args: readonly string[], known: readonly string[]): Wish {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  if (values.list) return { kind: 'list' };
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  const problems = positionals.flatMap((name) => unknownName(name, known));
  if (positionals.length === 0) problems.push('name a benchmark, or see --list');
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1 && rounds <= ROUNDS_MAX)) {
    problems.push(`--rounds ${values.rounds ?? ''}: a whole number from 1 to ${ROUNDS_MAX}`);
  }
  if (problems.length > 0) return refused(...problems);
  const { json, profile, only, long, quick, strict } = values;
  const names = [...new Set(positionals)];
  return { kind: 'run', options: { names, rounds, json, profile, only, long, quick, strict } };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      strict: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
  });
}

function unknownName(name: string, known: readonly string[]): string[] {
  if (known.includes(name)) return [];
  const meant = nearest(name, known);
  const hint = meant === undefined ? `there are ${known.join(', ')}` : `did you mean "${meant}"?`;
  return [`there is no benchmark "${name}"; ${hint}`];
}

function refused(...problems: readonly string[]): Wish {
  return { kind: 'refused', problems };
}
