import {
  addResources,
  filterResources,
  isReserved,
  isRevocable,
  isShared,
  nonShared,
  NO_RESOURCES,
  quantitiesOf,
  resourcesOf,
  type Quantities,
  type Resource,
  type Resources,
} from '../../resources/index.js';
import type { ScalarNames } from '../shares/index.js';
import type { AgentEntry, Chunk, Held } from './entries.js';

/** Sums up resources of an agent; what is free of it as a whole is summed up once. */
export function chunkOf(names: ScalarNames, agent: AgentEntry, resources: Resources): Chunk {
  const whole = agent.memo;
  if (whole?.resources === resources) return whole;
  return summedUp(names, resources);
}

/** Everything that is free of an agent: the same object as long as it stays the same. */
export function freeChunk(names: ScalarNames, agent: AgentEntry): Chunk {
  const { free, shared, memo } = agent;
  if (memo?.own === free && memo.shared === shared) return memo;
  const chunk = chunkOfParts(names, addResources(free, shared), free, shared);
  agent.memo = chunk;
  return chunk;
}

export function summedUp(names: ScalarNames, resources: Resources): Chunk {
  if (!resources.some(isShared)) return chunkOfParts(names, resources, resources, NO_RESOURCES);
  const own = nonShared(resources);
  return chunkOfParts(names, resources, own, filterResources(resources, isShared));
}

/** All amounts of a chunk by name. */
export function quantitiesOfChunk(chunk: Chunk): Quantities {
  chunk.quantities ??= quantitiesOf(chunk.resources);
  return chunk.quantities;
}

/**
 * The shared objects that some of an agent's holders have, each once: a client is charged for a
 * shared volume once, however many copies it uses (offer-core 1.1, SRT-22).
 */
export function sharedBy(agent: AgentEntry, counts: (held: Held) => boolean): Resources {
  const volumes: Resource[] = [];
  for (let held = agent.held; held !== undefined; held = held.rest) {
    if (held.chunk.shared.length === 0 || !counts(held)) continue;
    for (const object of held.chunk.shared) {
      if (!volumes.some((each) => sameVolume(each, object))) volumes.push(object);
    }
  }
  return volumes.length === 0 ? NO_RESOURCES : resourcesOf(volumes);
}

function sameVolume(a: Resource, b: Resource): boolean {
  return a.role === b.role && a.disk?.persistence?.id === b.disk?.persistence?.id;
}

/** `resources` are `own`, which only one can hold, and `shared`. */
export function chunkOfParts(
  names: ScalarNames,
  resources: Resources,
  own: Resources,
  shared: Resources,
): Chunk {
  const scalars = names.sums(own);
  const bound = own.some(isBound);
  return {
    own,
    shared,
    resources,
    enough: undefined,
    scalars,
    open: bound ? names.sums(own, isOpen) : scalars,
    bare: !bound && shared.length === 0,
    quantities: undefined,
  };
}

function isBound(object: Resource): boolean {
  return isReserved(object) || isRevocable(object);
}

/** Counts against quotas, and is headroom. */
export function isOpen(object: Resource): boolean {
  return !isBound(object);
}
