import { eachInSteps, err, ok, present, runSteps, type Result, type Steps } from '@ekiden/kernel';
import type { AppDefinition } from './app-definition.js';
import { declaredPorts, usesHostNetwork } from './app-facts.js';

const APPS_PER_STEP = 100;

/** Both ends belong to it. */
export interface PortRange {
  readonly min: number;
  readonly max: number;
}

/** Marathon's `local_port_min` and `local_port_max`. */
const DEFAULT_SERVICE_PORTS: PortRange = { min: 10_000, max: 20_000 };

export interface PortsExhausted {
  readonly kind: 'servicePortsExhausted';
  /** Marathon's text; the API answers it with a 500 (marathon-api 2.4). */
  readonly message: string;
}

/** An app of the new root that is new or differs from the old one. */
export interface ChangedApp {
  readonly before?: AppDefinition | undefined;
  readonly after: AppDefinition;
}

/** The app's service ports in order; 0 where none has been allocated. Pods have none. */
export function servicePortsOf(
  app: Pick<AppDefinition, 'networks' | 'container' | 'portDefinitions' | 'pod'>,
): readonly number[] {
  if (app.pod !== undefined) return [];
  return declaredPorts(app).map(({ servicePort }) => servicePort);
}

/**
 * Replaces every service port 0 of the changed apps (marathon-behaviour 4.8): first by the ports
 * the app itself had and no longer names, in order, then by the lowest that no app of the old root
 * (`used`) nor any of the changed apps holds. Explicit ports stay as they are, even if shared.
 * Returns the definitions in the order given, untouched ones as they came; or nothing is assigned.
 */
export function assignServicePorts(
  ...given: Parameters<typeof assignPortsInSteps>
): Result<readonly AppDefinition[], PortsExhausted> {
  return runSteps(assignPortsInSteps(...given));
}

/** The same for thousands of apps. */
export function* assignPortsInSteps(
  changed: readonly ChangedApp[],
  used: { has(port: number): boolean },
  range: PortRange = DEFAULT_SERVICE_PORTS,
): Steps<Result<readonly AppDefinition[], PortsExhausted>> {
  const explicit = new Set<number>();
  yield* eachInSteps(changed, ({ after }) => {
    for (const port of servicePortsOf(after)) explicit.add(port);
  });
  let next = range.min;
  const takeLowest = (): number | undefined => {
    while (next <= range.max && (used.has(next) || explicit.has(next))) next += 1;
    next += 1;
    return next - 1 <= range.max ? next - 1 : undefined;
  };
  const assigned: AppDefinition[] = [];
  for (const [index, { before, after }] of changed.entries()) {
    if (index % APPS_PER_STEP === 0) yield;
    const wanted = servicePortsOf(after);
    if (!wanted.includes(0)) {
      assigned.push(after);
      continue;
    }
    const own = before === undefined ? [] : reusable(before, wanted, range);
    const ports = fill(wanted, own, takeLowest);
    if (ports === undefined) {
      const message = `All ports in the range [${range.min}-${range.max}) are already in use`;
      return err({ kind: 'servicePortsExhausted', message });
    }
    assigned.push(withServicePorts(after, ports));
  }
  return ok(assigned);
}

/** Ports that an app had and names no more. */
function reusable(
  before: AppDefinition,
  named: readonly number[],
  { min, max }: PortRange,
): readonly number[] {
  const own = new Set(servicePortsOf(before));
  return [...own].filter((port) => port >= min && port <= max && !named.includes(port));
}

/** The app's ports without zeros; undefined when the range has no more. */
function fill(
  wanted: readonly number[],
  own: readonly number[],
  takeLowest: () => number | undefined,
): readonly number[] | undefined {
  const ports: number[] = [];
  let reused = 0;
  for (const port of wanted) {
    const filled = port === 0 ? (own[reused++] ?? takeLowest()) : port;
    if (filled === undefined) return undefined;
    ports.push(filled);
  }
  return ports;
}

function withServicePorts(app: AppDefinition, ports: readonly number[]): AppDefinition {
  if (usesHostNetwork(app.networks)) {
    const portDefinitions = (app.portDefinitions ?? []).map((definition, at) => ({
      ...definition,
      port: present(ports[at], `service port ${at}`),
    }));
    return { ...app, portDefinitions };
  }
  const container = present(app.container, `container of ${app.id}`);
  const portMappings = (container.portMappings ?? []).map((mapping, at) => ({
    ...mapping,
    servicePort: present(ports[at], `service port ${at}`),
  }));
  return { ...app, container: { ...container, portMappings } };
}
