import {
  addResources,
  equalResources,
  filterResources,
  fingerprint,
  isReserved,
  isRevocable,
  isShared,
  nonShared,
  NO_RESOURCES,
  remainderOf,
  subtractSaturating,
  type Resources,
} from '../../resources/index.js';
import type { ReadonlyAmounts, ScalarNames } from '../shares/index.js';
import { chunkOfParts } from './chunks.js';
import type { Chunk } from './entries.js';

/** What follows from a total: the same for all agents that have as much of the same. */
export interface AgentKind {
  readonly total: Resources;
  /** Its fingerprint. */
  readonly print: number;
  /** What of it only one can hold. */
  readonly own: Resources;
  /** The shared objects of it. */
  readonly shared: Resources;
  /** All its scalars: what counts for the cluster. */
  readonly scalars: ReadonlyAmounts;
  readonly reserved: readonly Reserved[];
  readonly gpus: boolean;
  /** Nothing reserved, revocable or shared. */
  readonly bare: boolean;
}

/** Scalars that a role has reserved for itself. */
export interface Reserved {
  readonly role: string;
  readonly amounts: ReadonlyAmounts;
}

/** What an agent has left; `over` when more of it is held than there is. */
export interface Left {
  readonly chunk: Chunk;
  readonly over: boolean;
}

interface Remembered extends Left {
  readonly kind: AgentKind;
  readonly held: Resources;
}

/** Kinds and remainders that are remembered; a power of two. What comes later takes the place. */
const PLACES = 256;
const LAST = PLACES - 1;

const NOTHING_RESERVED: readonly Reserved[] = [];

/**
 * Clusters are made of few kinds of machines, and the same daemons run on many of them. Bags are
 * immutable, so agents with equal totals, and equally much of them in use, share what follows from
 * that: it is summed up once and takes room once. Values alone decide, so nothing is ever taken back.
 */
export class AgentKinds {
  private readonly names: ScalarNames;
  private readonly kinds = new Array<AgentKind | undefined>(PLACES).fill(undefined);
  private readonly left = new Array<Remembered | undefined>(PLACES).fill(undefined);

  constructor(names: ScalarNames) {
    this.names = names;
  }

  of(total: Resources): AgentKind {
    const print = fingerprint(total);
    const there = this.kinds[print & LAST];
    if (there !== undefined && equalResources(there.total, total)) return there;
    const kind = this.kindOf(total, print);
    this.kinds[print & LAST] = kind;
    return kind;
  }

  /** What is left of an agent when others hold this; shared objects are left whoever holds them. */
  without(kind: AgentKind, held: Resources): Left {
    const place = (fingerprint(held) ^ kind.print) & LAST;
    const there = this.left[place];
    if (there?.kind === kind && equalResources(there.held, held)) return there;
    const free = remainderOf(kind.own, held);
    const own = free ?? subtractSaturating(kind.own, held);
    const resources = addResources(own, kind.shared);
    const chunk = chunkOfParts(this.names, resources, own, kind.shared);
    const left: Remembered = { kind, held, chunk, over: free === undefined };
    this.left[place] = left;
    return left;
  }

  private kindOf(total: Resources, print: number): AgentKind {
    const { names } = this;
    let gpus = false;
    let bare = true;
    for (const object of total) {
      gpus ||= object.name === 'gpus';
      bare &&= !isReserved(object) && !isRevocable(object) && !isShared(object);
    }
    return {
      total,
      print,
      own: bare ? total : nonShared(total),
      shared: bare ? NO_RESOURCES : sharedOf(total),
      scalars: names.sums(total),
      reserved: bare ? NOTHING_RESERVED : this.reservedOf(total),
      gpus,
      bare,
    };
  }

  private reservedOf(total: Resources): readonly Reserved[] {
    const roles = new Set<string>();
    for (const object of total) if (isReserved(object)) roles.add(object.role);
    return [...roles].map((role): Reserved => {
      return { role, amounts: this.names.amounts(total, (object) => object.role === role) };
    });
  }
}

function sharedOf(total: Resources): Resources {
  return total.some(isShared) ? filterResources(total, isShared) : NO_RESOURCES;
}
