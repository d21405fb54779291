import type { Document } from '../tree/index.js';
import type { Note } from './report.js';
import { brief, isDocument, isEmpty, listAt, objectAt, without } from './values.js';

export interface Comparison {
  /** Names of fields that came through whole, older forms with their present name. */
  readonly kept: readonly string[];
  readonly changed: readonly Note[];
  readonly lost: readonly Note[];
}

/**
 * What is different between a definition as it was given and as the service shows it. Whatever was
 * given is found again, or told: nothing disappears silently.
 */
export function compareApp(given: Document, shown: Document): Comparison {
  const { present, rewritten } = inTodaysForm(given);
  const differences = Object.entries(present).flatMap(([name, value]) =>
    differencesOf(value, shown[name], name),
  );
  const touched = new Set(differences.map(({ path }) => path.split(/[.[]/)[0] ?? ''));
  const kept = Object.keys(given).filter(
    (name) => name in present && !touched.has(name) && !isEmpty(present[name]),
  );
  const notes = differences.map(noteOf);
  return {
    kept: [...kept, ...rewritten],
    changed: notes.flatMap(({ changed }) => changed ?? []),
    lost: notes.flatMap(({ lost }) => lost ?? []),
  };
}

/** Fields of older forms under their present names (marathon-api 6.1, 6.2), told once. */
function inTodaysForm(given: Document): {
  readonly present: Document;
  readonly rewritten: readonly string[];
} {
  const rewritten: string[] = [];
  let present = given;
  // Templates leave empty ones behind; nothing is fetched for them.
  const uris = listAt(given, 'uris').filter((uri) => uri !== '');
  if (uris.length > 0) {
    rewritten.push('uris (now fetch)');
    present = { ...present, fetch: uris.map((uri) => ({ uri })) };
  }
  present = without(present, 'uris');
  if (listAt(given, 'ports').length > 0) {
    const mapped = listAt(given, 'container', 'docker', 'portMappings').length > 0;
    rewritten.push(`ports (now ${mapped ? 'container.portMappings' : 'portDefinitions'})`);
    present = without(present, 'ports');
  }
  if (!isEmpty(given['ipAddress'])) {
    rewritten.push('ipAddress (now networks)');
    present = without(present, 'ipAddress');
  }
  const docker = objectAt(given, 'container', 'docker');
  if (!isEmpty(docker['network'])) rewritten.push('container.docker.network (now networks)');
  const mappings = listAt(docker, 'portMappings');
  if (mappings.length > 0) {
    rewritten.push('container.docker.portMappings (now container.portMappings)');
  }
  if (Object.keys(docker).length > 0) {
    const container = {
      ...objectAt(present, 'container'),
      ...(mappings.length > 0 ? { portMappings: mappings } : {}),
      docker: without(docker, 'network', 'portMappings'),
    };
    present = { ...present, container };
  }
  return { present, rewritten };
}

interface Difference {
  readonly path: string;
  readonly given: unknown;
  readonly shown: unknown;
}

function differencesOf(given: unknown, shown: unknown, path: string): readonly Difference[] {
  if (isEmpty(given) || isSameValue(given, shown)) return [];
  if (Array.isArray(given) && Array.isArray(shown)) {
    return (given as readonly unknown[]).flatMap((one, at) =>
      differencesOf(one, (shown as readonly unknown[])[at], `${path}[${at}]`),
    );
  }
  if (isDocument(given) && isDocument(shown)) {
    return Object.entries(given).flatMap(([name, one]) =>
      differencesOf(one, shown[name], `${path}.${name}`),
    );
  }
  // What is off by default may be left unsaid.
  if (shown === undefined && (given === false || given === 0)) return [];
  return [{ path, given, shown }];
}

/** Enumerations are taken in any case; "1.0" and 1 are the same number already. */
function isSameValue(given: unknown, shown: unknown): boolean {
  if (given === shown) return true;
  if (typeof given !== 'string' || typeof shown !== 'string') return false;
  return (
    given.toLowerCase() === shown.toLowerCase() || (given === 'tcp,udp' && shown === 'udp,tcp')
  );
}

/** Why known fields come out differently. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^requirePorts$/, 'only the host network has ports that could be required'],
  [
    /^portDefinitions$/,
    "only the host network has them; a container's portMappings carry its ports",
  ],
  [/^residency/, 'has no effect any more, unreachableStrategy says it'],
  [/^container\.docker\.(?:privileged|parameters|forcePullImage)/, 'only for Docker images'],
  [/^healthChecks\[\d+\]\.ignoreHttp1xx$/, 'only HTTP checks know it'],
  [/^healthChecks\[\d+\]\.(?:portIndex|port)$/, 'a command has no port'],
  [
    /^healthChecks\[\d+\]\.delaySeconds$/,
    'checks begin at once; failures do not count before the first success',
  ],
];

function noteOf({ path, given, shown }: Difference): { changed?: Note; lost?: Note } {
  const reason = REASONS.find(([pattern]) => pattern.test(path))?.[1];
  if (path === 'storeUrls') {
    return { lost: { path, text: 'gone since Marathon 1.5: put the addresses into fetch' } };
  }
  if (shown === undefined && reason === undefined) {
    return { lost: { path, text: 'no such field: ignored, as Marathon does' } };
  }
  // Values of variables may be secret.
  const secret = path.startsWith('env');
  const difference = secret ? 'another value' : `${brief(given)} becomes ${brief(shown)}`;
  return {
    changed: { path, text: reason === undefined ? difference : `${difference}: ${reason}` },
  };
}
