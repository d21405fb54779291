import type { Document } from './corpus.js';

/**
 * What of an app as sent is not in the app as shown, as `path: sent -> shown`. Known beforehand and
 * left out: what Marathon rewrites (marathon-api 6), what only answers carry, empty collections
 * that are not shown, ports to be chosen (0), and keys that no definition knows.
 */
export function lostOf(sent: Document, shown: Document): readonly string[] {
  return differences(modern(sent), shown, '');
}

/** The same of a pod, which has no older forms. */
export function lostOfPod(sent: Document, shown: Document): readonly string[] {
  const { version: _version, ...definition } = sent;
  return differences(definition, shown, '');
}

type Fields = Record<string, unknown>;

/** Set by the service, whatever a document says. */
const OF_ANSWERS = new Set([
  'version',
  'versionInfo',
  'deployments',
  'tasks',
  'tasksStaged',
  'tasksRunning',
  'tasksHealthy',
  'tasksUnhealthy',
  'lastTaskFailure',
  // derived from the volumes
  'residency',
]);

/** Not shown, and why that is right. */
const NOT_SHOWN = new Set([
  // shown for HTTP kinds only (marathon-api 5.4.1)
  '/healthChecks()/ignoreHttp1xx',
  // no field of Marathon
  '/maintainer',
]);

function modern(sent: Document): Document {
  const { ports, uris, ipAddress, ...rest }: Fields = structuredClone(sent);
  const app: Fields = Object.fromEntries(
    Object.entries(rest).filter(([key]) => !OF_ANSWERS.has(key)),
  );
  app['id'] = `/${String(sent['id']).replace(/^\/+/, '')}`;
  const container = object(app['container']);
  const docker = object(container?.['docker']);
  const given = docker?.['network'] ?? (ipAddress ? 'USER' : undefined);
  const network = typeof given === 'string' ? given : undefined;
  if (network !== undefined) app['networks'] = [{ mode: MODES[network] ?? 'container' }];
  const mappings = docker?.['portMappings'] ?? container?.['portMappings'];
  delete docker?.['network'];
  delete docker?.['portMappings'];
  const networks = list(app['networks']).map((one) => object(one)?.['mode'] ?? 'container');
  const onHost = networks.every((mode) => mode === 'host');
  if (container !== undefined) {
    delete container['portMappings'];
    if (!onHost && mappings !== undefined) container['portMappings'] = mappings;
  }
  if (!onHost) {
    delete app['portDefinitions'];
    delete app['requirePorts'];
  } else if (Array.isArray(ports)) {
    app['portDefinitions'] = ports.map((port: unknown) => ({ port }));
  }
  const fetched = list(uris).filter((uri) => uri !== '');
  if (fetched.length > 0) app['fetch'] = fetched.map((uri) => ({ uri }));
  return app;
}

const MODES: Readonly<Record<string, string>> = { HOST: 'host', BRIDGE: 'container/bridge' };

function differences(sent: unknown, shown: unknown, at: string): readonly string[] {
  if (sent === null || sent === undefined || isChosen(at, sent)) return [];
  const hidden = isEmpty(sent) || NOT_SHOWN.has(at.replaceAll(/\(\d+\)/g, '()'));
  if (shown === undefined && hidden) return [];
  if (Array.isArray(sent)) {
    if (!Array.isArray(shown) || shown.length < sent.length) return [said(at, sent, shown)];
    return sent.flatMap((item, index) => differences(item, shown[index], `${at}(${index})`));
  }
  const fields = object(sent);
  if (fields !== undefined) {
    const there = object(shown);
    if (there === undefined) return [said(at, sent, shown)];
    return Object.entries(fields).flatMap(([key, value]) =>
      differences(value, there[key], `${at}/${key}`),
    );
  }
  const isLiteral = at === '/scheduling/killSelection' && typeof sent === 'string';
  const wanted = isLiteral ? sent.toUpperCase() : sent;
  return wanted === shown ? [] : [said(at, sent, shown)];
}

/** A port that the service chooses. */
function isChosen(at: string, sent: unknown): boolean {
  return sent === 0 && /\/(?:servicePort|portDefinitions\(\d+\)\/port)$/.test(at);
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  const fields = object(value);
  return fields !== undefined && Object.keys(fields).length === 0;
}

function object(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function said(at: string, sent: unknown, shown: unknown): string {
  return `${at}: ${JSON.stringify(sent)} -> ${JSON.stringify(shown)}`;
}
