import { eachInSteps, err, ok, runSteps, type Result, type Steps } from '@ekiden/kernel';
import type { AppDefinition } from './app-definition.js';
import { usesHostNetwork } from './app-facts.js';

/** Both ends belong to it. */
export interface PortRange {
  readonly min: number;
  readonly max: number;
}

const NONE: readonly number[] = [];

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

type WithPorts = Pick<AppDefinition, 'networks' | 'container' | 'portDefinitions' | 'pod'>;

/** The app's service ports in order; 0 where none has been allocated. Pods have none. */
export function servicePortsOf(app: WithPorts): readonly number[] {
  const ports: number[] = [];
  eachServicePort(app, (port) => void ports.push(port));
  return ports;
}

/** The same one by one: there may be ten thousand apps. */
function eachServicePort(app: WithPorts, visit: (port: number) => void): void {
  if (app.pod !== undefined) return;
  if (usesHostNetwork(app.networks)) {
    if (app.portDefinitions !== undefined) for (const { port } of app.portDefinitions) visit(port);
  } else if (app.container?.portMappings !== undefined) {
    for (const { servicePort } of app.container.portMappings) visit(servicePort);
  }
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
  const isOpen: boolean[] = [];
  const note = (port: number): void => {
    if (port === 0) isOpen[isOpen.length - 1] = true;
    else explicit.add(port);
  };
  yield* eachInSteps(changed, ({ after }) => {
    isOpen.push(false);
    eachServicePort(after, note);
  });
  let next = range.min;
  const takeLowest = (): number => {
    while (next <= range.max && (used.has(next) || explicit.has(next))) next += 1;
    next += 1;
    return next - 1;
  };
  const assigned: AppDefinition[] = [];
  yield* eachInSteps(changed, ({ before, after }, index) => {
    if (isOpen[index] !== true || next > range.max + 1) {
      assigned.push(after);
      return;
    }
    const own = before === undefined ? NONE : reusable(before, servicePortsOf(after), range);
    let reused = 0;
    assigned.push(withServicePorts(after, () => own[reused++] ?? takeLowest()));
  });
  if (next > range.max + 1) {
    const message = `All ports in the range [${range.min}-${range.max}) are already in use`;
    return err({ kind: 'servicePortsExhausted', message });
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

/** Every service port 0 is replaced by what `take` gives. */
function withServicePorts(app: AppDefinition, take: () => number): AppDefinition {
  if (usesHostNetwork(app.networks)) {
    const portDefinitions = app.portDefinitions?.map((definition) =>
      definition.port === 0 ? { ...definition, port: take() } : definition,
    );
    return portDefinitions === undefined ? app : { ...app, portDefinitions };
  }
  const portMappings = app.container?.portMappings?.map((mapping) =>
    mapping.servicePort === 0 ? { ...mapping, servicePort: take() } : mapping,
  );
  if (app.container === undefined || portMappings === undefined) return app;
  return { ...app, container: { ...app.container, portMappings } };
}
