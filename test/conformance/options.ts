import { parseArgs } from 'node:util';
import { nearest } from '../../apps/ekiden/src/settings/nearest.js';
import type { Need, ServerKind } from './language/index.js';

export interface RunOptions {
  /** `undefined` = a service of our own. */
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly server: ServerKind;
  readonly areas: readonly string[];
  readonly only: string | undefined;
  readonly without: ReadonlySet<Need>;
  readonly lanes: number;
  readonly patienceMs: number;
  readonly json: string | undefined;
  readonly verbose: boolean;
}

export type Wish =
  | { readonly kind: 'help' }
  | { readonly kind: 'list'; readonly options: RunOptions }
  | { readonly kind: 'run'; readonly options: RunOptions }
  /** What is wrong with the command line, one thing per line. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

const LANES = { least: 1, most: 64, usual: 8 };
const PATIENCE_SECONDS = { least: 1, most: 600, usual: 20 };

export const HELP = `Asks a server of Marathon's API a table of questions and compares its answers.

Usage: npm run conformance -- [options]

  --url <url>          the server, for example http://marathon:8080; without it a service is
                       started from dist/ on an empty database, and ended afterwards
  --expect <server>    whose answers are right where the two differ: ekiden (default) or marathon
  --area <name>        only this area; may be given more than once
  --only <what>        only the case of this number (apps-12), the cases of this section or
                       scenario (4.1.2, GRP-07), or those with these words in their name
  --list               print the cases instead of running them
  --whole-root         also run cases that read or delete everything on the server; only for one
                       that nobody uses. A service of our own always gets them
  --no-tasks           leave out cases that start tasks
  --default-settings   also run cases that rely on the settings a server has by default. A service
                       of our own always gets them
  --lanes <n>          cases at a time (${LANES.least} to ${LANES.most}, default ${LANES.usual})
  --patience <s>       seconds until a state or an event must have come (default ${PATIENCE_SECONDS.usual})
  --header <header>    goes with every request, for example "Authorization: Basic dTpw"; may be
                       given more than once
  --json <file>        write the outcomes there
  --verbose            name the cases that pass, too
  --help               this text

Each case works in a top-level group of its own, named conformance-<run>-<case>, and removes it.
The exit code is 0 when everything was answered as wanted, 1 when not, 2 for a wrong command line.

Examples:
  npm run conformance
  npm run conformance -- --url http://localhost:8080
  npm run conformance -- --url http://old-marathon:8080 --expect marathon --no-tasks
  npm run conformance -- --area groups --area plans --verbose
  npm run conformance -- --only 4.1.2
  npm run conformance -- --list --area validation
`;

/** Reads the command line; `known` are the areas there are. */
export function readWish(args: readonly string[], known: readonly string[]): Wish {
  let values: ReturnType<typeof parse>['values'];
  try {
    ({ values } = parse(args));
  } catch (error) {
    return { kind: 'refused', problems: [error instanceof Error ? error.message : String(error)] };
  }
  if (values.help) return { kind: 'help' };
  const problems: string[] = [];
  const areas = values.area ?? [];
  for (const area of areas) problems.push(...unknownArea(area, known));
  const server = values.expect;
  if (server !== 'ekiden' && server !== 'marathon') {
    problems.push(`--expect ${server}: ekiden or marathon`);
  }
  if (values.url !== undefined && !/^https?:$/.test(protocolOf(values.url))) {
    problems.push(`--url ${values.url}: an address that begins with http:// or https://`);
  }
  const lanes = wholeNumber('--lanes', values.lanes, LANES, problems);
  const patience = wholeNumber('--patience', values.patience, PATIENCE_SECONDS, problems);
  const headers = Object.fromEntries((values.header ?? []).map((one) => headerOf(one, problems)));
  if (problems.length > 0) return { kind: 'refused', problems };
  const options = {
    url: values.url,
    headers,
    server: server === 'marathon' ? 'marathon' : 'ekiden',
    areas,
    only: values.only,
    without: leftOut(values),
    lanes,
    patienceMs: patience * 1_000,
    json: values.json,
    verbose: values.verbose,
  } as const;
  return { kind: values.list ? 'list' : 'run', options };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      help: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      tasks: { type: 'boolean', default: true },
      'whole-root': { type: 'boolean', default: false },
      'default-settings': { type: 'boolean', default: false },
      url: { type: 'string' },
      expect: { type: 'string', default: 'ekiden' },
      area: { type: 'string', multiple: true },
      only: { type: 'string' },
      lanes: { type: 'string' },
      patience: { type: 'string' },
      header: { type: 'string', multiple: true },
      json: { type: 'string' },
    },
  });
}

/** Nothing that could hurt others on a server that is not ours, unless it is asked for. */
function leftOut(values: ReturnType<typeof parse>['values']): ReadonlySet<Need> {
  const foreign = values.url !== undefined && !values.list;
  const without = new Set<Need>();
  if (!values.tasks) without.add('tasks');
  if (foreign && !values['whole-root']) without.add('root').add('global');
  if (foreign && !values['default-settings']) without.add('settings');
  return without;
}

function wholeNumber(
  option: string,
  given: string | undefined,
  { least, most, usual }: typeof LANES,
  problems: string[],
): number {
  const value = given === undefined ? usual : Number(given);
  if (!Number.isInteger(value) || value < least || value > most) {
    problems.push(`${option} ${given ?? ''}: a whole number from ${least} to ${most}`);
  }
  return value;
}

function headerOf(given: string, problems: string[]): readonly [string, string] {
  const cut = given.indexOf(':');
  if (cut < 1) problems.push(`--header ${given}: "Name: value"`);
  return [given.slice(0, cut).trim().toLowerCase(), given.slice(cut + 1).trim()];
}

function unknownArea(name: string, known: readonly string[]): string[] {
  if (known.includes(name)) return [];
  const meant = nearest(name, known);
  const hint = meant === undefined ? `there are ${known.join(', ')}` : `did you mean "${meant}"?`;
  return [`there is no area "${name}"; ${hint}`];
}

function protocolOf(url: string): string {
  try {
    return new URL(url).protocol;
  } catch {
    return '';
  }
}
