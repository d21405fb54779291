import { withoutRuntime, type Document } from '../tree/index.js';
import type { Note } from './report.js';
import { brief, isDocument, isEmpty, isSame, listAt, objectAt, without } from './values.js';

/** What is known beside the definition itself. */
export interface MendContext {
  /** Role that the old service gives to apps that name none (`mesos_role`). */
  readonly oldDefaultRole?: string;
  /** Whether something of this id will be there; undefined = nobody can know. */
  readonly exists?: (id: string) => boolean;
}

export interface Mended {
  readonly app: Document;
  readonly changed: readonly Note[];
  readonly lost: readonly Note[];
  readonly needs: readonly Note[];
}

interface Step {
  readonly app: Document;
  readonly changed?: Note;
  readonly lost?: Note;
  readonly needs?: Note;
}

type Mend = (app: Document, context: MendContext) => Step | undefined;

/**
 * Rewrites what older Marathons took (or show twice) and today's rules refuse, where the meaning
 * leaves no doubt. Each rewriting that could be noticed is told.
 */
export function mendApp(document: Document, context: MendContext = {}): Mended {
  let app = withoutNulls(withoutRuntime(document));
  const changed: Note[] = [];
  const lost: Note[] = [];
  const needs: Note[] = [];
  for (const mend of MENDS) {
    const step = mend(app, context);
    if (step === undefined) continue;
    app = step.app;
    if (step.changed !== undefined) changed.push(step.changed);
    if (step.lost !== undefined) lost.push(step.lost);
    if (step.needs !== undefined) needs.push(step.needs);
  }
  return { app, changed, lost, needs };
}

/** Answers of Marathon up to 1.4 show `uris` beside `fetch`, and ports in both of their forms. */
const shownTwice: Mend = (app) => {
  const fetched = new Set(listAt(app, 'fetch').map((one) => objectAt(one)['uri']));
  const dropsUris = fetched.size > 0 && listAt(app, 'uris').every((uri) => fetched.has(uri));
  const dropsPorts = isSaidElsewhere(app);
  const names = [...(dropsUris ? ['uris'] : []), ...(dropsPorts ? ['ports'] : [])];
  return names.some((name) => name in app) ? { app: without(app, ...names) } : undefined;
};

function isSaidElsewhere(app: Document): boolean {
  const ports = listAt(app, 'ports');
  if (ports.length === 0) return true;
  const definitions = listAt(app, 'portDefinitions').map((one) => objectAt(one)['port'] ?? 0);
  return definitions.length > 0 || isSame(ports, mappingsOf(app).map(servicePortOf));
}

function mappingsOf(app: Document): readonly unknown[] {
  const modern = listAt(app, 'container', 'portMappings');
  return modern.length > 0 ? modern : listAt(app, 'container', 'docker', 'portMappings');
}

function servicePortOf(mapping: unknown): unknown {
  return objectAt(mapping)['servicePort'] ?? 0;
}

/** The same of port definitions beside mappings. */
const definitionsBesideMappings: Mend = (app) => {
  const definitions = listAt(app, 'portDefinitions');
  const mappings = mappingsOf(app);
  if (definitions.length === 0 || mappings.length === 0) return undefined;
  const rest = without(app, 'portDefinitions');
  const ports = definitions.map((one) => objectAt(one)['port'] ?? 0);
  if (isSame(ports, mappings.map(servicePortOf))) return { app: rest };
  const text = `left out: the container's portMappings carry its ports (these were ${brief(ports)})`;
  return { app: rest, changed: { path: 'portDefinitions', text } };
};

/** Mappings beside the host's network never did anything. */
const mappingsOnHost: Mend = (app) => {
  const docker = objectAt(app, 'container', 'docker');
  const modes = listAt(app, 'networks').map((one) => objectAt(one)['mode']);
  const network = docker['network'];
  const isHost = network === 'HOST' || (network === undefined && isSame(modes, ['host']));
  if (!isHost || mappingsOf(app).length === 0) return undefined;
  const container = {
    ...without(objectAt(app, 'container'), 'portMappings', 'docker'),
    docker: without(docker, 'portMappings'),
  };
  const text = 'left out: on the host network there is nothing to map';
  return { app: { ...app, container }, changed: { path: 'container.portMappings', text } };
};

const credential: Mend = (app) => {
  const docker = objectAt(app, 'container', 'docker');
  if (!('credential' in docker)) return undefined;
  const text =
    "left out, as in Marathon since 1.5: give the service Docker's own config.json (EKIDEN_DOCKER_CONFIG)" +
    ' or fetch a docker.tar.gz';
  return {
    app: withDocker(app, without(docker, 'credential')),
    lost: { path: 'container.docker.credential', text },
  };
};

const operators: Mend = (app) => {
  const constraints = listAt(app, 'constraints');
  const written = constraints.map((one) =>
    Array.isArray(one)
      ? (one as readonly unknown[]).map((part, at) =>
          at === 1 && typeof part === 'string' ? part.toUpperCase() : part,
        )
      : one,
  );
  if (isSame(constraints, written)) return undefined;
  const text = 'operators in capital letters';
  return { app: { ...app, constraints: written }, changed: { path: 'constraints', text } };
};

const role: Mend = (app, { oldDefaultRole = '*' }) => {
  const given = app['role'];
  if (typeof given !== 'string' || given === '*') return undefined;
  const id = String(app['id']).split('/');
  const group = id.length > 2 ? id[1] : undefined;
  if (given === group) return undefined;
  const text =
    given === oldDefaultRole
      ? `"${given}" was the default of the old service: left to the default of the new one (EKIDEN_DEFAULT_ROLE)`
      : `"${given}" is left out: a role is the default one or the name of the top-level group`;
  return { app: without(app, 'role'), changed: { path: 'role', text } };
};

const acceptedRoles: Mend = (app) => {
  const accepted = listAt(app, 'acceptedResourceRoles');
  const own = typeof app['role'] === 'string' ? app['role'] : '*';
  const strange = accepted.filter((one) => one !== '*' && one !== own);
  if (strange.length === 0) return undefined;
  const rest = accepted.filter((one) => one === '*' || one === own);
  const kept = without(app, 'acceptedResourceRoles');
  const text = `${strange.map(brief).join(', ')} left out, as Marathon 1.9 did: no role of this app`;
  return {
    app: rest.length === 0 ? kept : { ...kept, acceptedResourceRoles: rest },
    lost: { path: 'acceptedResourceRoles', text },
    needs: {
      path: 'acceptedResourceRoles',
      text: `to stay on the hosts of ${strange.map(String).join(', ')}: an attribute there (EKIDEN_AGENT_ATTRIBUTES="public:true") and a constraint in the app (["public", "IS", "true"])`,
    },
  };
};

/** A command given without its protocol is what made Marathon answer 500. */
const commandChecks: Mend = (app) => {
  const checks = listAt(app, 'healthChecks');
  const mended = checks.map((one) =>
    isDocument(one) && isDocument(one['command']) && isEmpty(one['protocol'])
      ? { ...one, protocol: 'COMMAND' }
      : one,
  );
  if (isSame(checks, mended)) return undefined;
  const text = 'checks with a command get the protocol COMMAND';
  return { app: { ...app, healthChecks: mended }, changed: { path: 'healthChecks', text } };
};

const dependencies: Mend = (app, { exists }) => {
  if (exists === undefined) return undefined;
  const all = listAt(app, 'dependencies');
  const missing = all.filter((id) => typeof id === 'string' && !exists(id));
  if (missing.length === 0) return undefined;
  const text = `${missing.map(String).join(', ')} left out: there is no such app or group, which Marathon did not mind`;
  const kept = all.filter((id) => !missing.includes(id));
  return {
    app: { ...app, dependencies: kept },
    changed: { path: 'dependencies', text },
  };
};

const MENDS: readonly Mend[] = [
  shownTwice,
  definitionsBesideMappings,
  mappingsOnHost,
  credential,
  operators,
  role,
  acceptedRoles,
  commandChecks,
  dependencies,
];

function withDocker(app: Document, docker: Document): Document {
  return { ...app, container: { ...objectAt(app, 'container'), docker } };
}

function withoutNulls(value: Document): Document {
  const clean = (one: unknown): unknown => {
    if (Array.isArray(one)) return (one as readonly unknown[]).map(clean);
    return isDocument(one) ? withoutNulls(one) : one;
  };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null)
      .map(([name, one]) => [name, clean(one)]),
  );
}
