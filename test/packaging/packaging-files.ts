import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Instructions of the Dockerfile as `[word, rest]`, continued lines joined. */
function dockerfile(): readonly (readonly [string, string])[] {
  return textOf('Dockerfile')
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .flatMap((line) => {
      const [, word, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return word === undefined || rest === undefined ? [] : [[word, rest] as const];
    });
}

/** What follows these words in the Dockerfile, in its order. */
export function instructions(word: string): readonly string[] {
  return dockerfile().flatMap(([found, rest]) => (found === word ? [rest] : []));
}

/** `ENV` of the Dockerfile. */
export function imageEnvironment(): Record<string, string> {
  const pairs = instructions('ENV').flatMap((line) => line.split(' '));
  return Object.fromEntries(pairs.map((pair) => splitAt(pair, '=')));
}

/**
 * The lines below a key of docker-compose.yml, one level of keys or list entries, without quotes
 * and comments, variables replaced by their defaults.
 */
export function composeLines(...path: readonly string[]): readonly string[] {
  let lines = textOf('docker-compose.yml')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  for (const key of path) {
    const at = lines.findIndex((line) => line.trim() === `${key}:`);
    if (at === -1) throw new Error(`docker-compose.yml: no ${path.join('.')}`);
    const depth = indent(lines[at]);
    const rest = lines.slice(at + 1);
    const end = rest.findIndex((line) => indent(line) <= depth);
    lines = end === -1 ? rest : rest.slice(0, end);
  }
  const depth = indent(lines[0]);
  return lines
    .filter((line) => indent(line) === depth)
    .map((line) => line.trim().replace(/^- /, ''))
    .map((line) => line.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1').replaceAll("'", ''));
}

/** The same as keys and values. */
export function composeValues(...path: readonly string[]): Record<string, string> {
  return Object.fromEntries(composeLines(...path).map((line) => splitAt(line, ': ')));
}

/** Whether the builder gets the file, by the rules of .dockerignore: the last match decides. */
export function reachesBuilder(path: string): boolean {
  let ignored = false;
  for (const line of textOf('.dockerignore').split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const pattern = line.replace(/^!/, '');
    if (matches(pattern, path)) ignored = !line.startsWith('!');
  }
  return !ignored;
}

/** A pattern names a path or a folder above it; `*` stays within a name, `**` does not. */
function matches(pattern: string, path: string): boolean {
  const source = pattern
    .replaceAll(/[.+^$()|[\]{}]/g, String.raw`\$&`)
    .replaceAll(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(?:.*/)?'));
  return new RegExp(`^${source}(?:/.*)?$`).test(path);
}

function indent(line: string | undefined): number {
  return line === undefined ? 0 : line.length - line.trimStart().length;
}

function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}

function textOf(file: string): string {
  return readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');
}
