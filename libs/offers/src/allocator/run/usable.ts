import {
  addResources,
  allocatableTo,
  filterResources,
  intersectResources,
  isRefined,
  isRevocable,
  NO_RESOURCES,
  subtractSaturating,
  type Resources,
} from '../../resources/index.js';
import {
  freeChunk,
  summedUp,
  type AgentEntry,
  type Chunk,
  type Subscription,
} from '../books/index.js';
import type { RunContext } from './context.js';

/** What is free, may be used under the role, and the framework can deal with. */
export function usableBy(
  context: RunContext,
  subscription: Subscription,
  agent: AgentEntry,
): Chunk {
  const { books, sharedOffered } = context;
  const free = freeChunk(books.names, agent);
  if (agent.traits.plain) return free;
  const { traits } = subscription.framework;
  const { path } = subscription.role;
  let own = allocatableTo(agent.free, path);
  if (!traits.revocable) own = filterResources(own, (object) => !isRevocable(object));
  if (!traits.refined) own = filterResources(own, (object) => !isRefined(object));
  const shared = traits.shared
    ? withoutOffered(allocatableTo(agent.shared, path), sharedOffered.get(agent))
    : NO_RESOURCES;
  if (own === agent.free && shared === agent.shared) return free;
  return summedUp(books.names, addResources(own, shared));
}

function withoutOffered(shared: Resources, offered: Resources | undefined): Resources {
  if (offered === undefined || shared.length === 0) return shared;
  return subtractSaturating(shared, intersectResources(shared, offered));
}
