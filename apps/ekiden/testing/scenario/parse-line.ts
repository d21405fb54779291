import type { AppWire } from '../../src/core/app/index.js';

export interface ScriptLine {
  readonly verb: string;
  readonly words: readonly string[];
  /** `name=value` words; a value in double quotes may hold spaces. */
  readonly options: ReadonlyMap<string, string>;
}

/** `verb words... name=value...`; `undefined` for empty lines and comments (`#` and a space). */
export function parseLine(line: string): ScriptLine | undefined {
  const text = line.trim();
  if (text === '' || text === '#' || text.startsWith('# ')) return undefined;
  const parts = text.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  const [verb = '', ...rest] = parts;
  const options = new Map<string, string>();
  const words: string[] = [];
  for (const part of rest) {
    const at = part.indexOf('=');
    if (at > 0) options.set(part.slice(0, at), part.slice(at + 1).replaceAll('"', ''));
    else words.push(part);
  }
  return { verb, words, options };
}

/** The app document that a line's options stand for. */
export function wireOf(options: ReadonlyMap<string, string>): AppWire {
  const wire: Record<string, unknown> = {};
  for (const [name, value] of options) {
    switch (name) {
      case 'cmd':
        wire['cmd'] = value;
        break;
      case 'strategy': {
        const [min = '1', over = '1'] = value.split(',');
        wire['upgradeStrategy'] = {
          minimumHealthCapacity: Number(min),
          maximumOverCapacity: Number(over),
        };
        break;
      }
      case 'dependencies':
        wire['dependencies'] = value.split(',');
        break;
      case 'constraint':
        wire['constraints'] = [value.split(':')];
        break;
      case 'hostPort':
        wire['portDefinitions'] = [{ port: Number(value) }];
        wire['requirePorts'] = true;
        break;
      default:
        wire[name] = Number(value);
    }
  }
  return wire;
}
