import { assert, type Chance } from '@ekiden/kernel';
import { declaredPorts, type AppDefinition } from '../app/index.js';

const RANDOM_PORT_MIN = 1025;
const RANDOM_PORT_MAX = 65_535;

interface PortPlacement {
  readonly app: AppDefinition;
  readonly hostPorts: readonly (number | undefined)[];
  readonly chance: Chance;
}

/**
 * `PORT`, `PORTS`, `PORT<i>`, `PORT_<requested number>` and `PORT_<NAME>`, none for an app without
 * ports (marathon-api 10.1). The value of an entry is its host port; without one, inside a
 * container network, the container port; without that too, a random port. `PORTS` lists host ports
 * in order, then the random ones, and `PORT` is the first of them.
 */
export function portVariables(placement: PortPlacement): Record<string, string> {
  const { app, hostPorts, chance } = placement;
  const declared = declaredPorts(app);
  if (declared.length === 0) return {};
  assert(
    hostPorts.length === declared.length,
    `${hostPorts.length} host ports for the ${declared.length} ports of ${app.id}`,
  );
  const allocated = hostPorts.filter((port) => port !== undefined);
  const drawn: number[] = [];
  const taken = new Set([...allocated, ...declared.map(({ requested }) => requested)]);
  const variables: Record<string, string> = {};
  for (const [at, { name, requested }] of declared.entries()) {
    let port = hostPorts[at] ?? requested;
    if (port === 0) {
      port = draw(chance, taken);
      drawn.push(port);
    }
    variables[`PORT${at}`] = String(port);
    variables[`PORT_${requested === 0 ? port : requested}`] = String(port);
    if (name !== undefined) variables[`PORT_${name.toUpperCase()}`] = String(port);
  }
  const listed = [...allocated, ...drawn];
  const [first] = listed;
  variables['PORTS'] = listed.join(',');
  if (first !== undefined) variables['PORT'] = String(first);
  return variables;
}

/** A port that no other entry of the app uses; adds it to `taken`. */
function draw(chance: Chance, taken: Set<number>): number {
  const count = RANDOM_PORT_MAX - RANDOM_PORT_MIN + 1;
  assert(taken.size < count, 'every port is taken');
  let port = RANDOM_PORT_MIN + chance.int(count);
  while (taken.has(port)) port = port === RANDOM_PORT_MAX ? RANDOM_PORT_MIN : port + 1;
  taken.add(port);
  return port;
}
