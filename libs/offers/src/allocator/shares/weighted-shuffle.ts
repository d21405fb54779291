import type { Chance } from '@ekiden/kernel';

/** What the shuffle needs to know of a node. */
export interface WeightedNode<C> {
  readonly path: string;
  readonly children: { values(): Iterable<WeightedNode<C>> };
  readonly client: C | undefined;
  readonly active: number;
}

/**
 * The active clients in a random order without replacement: whoever has twice the weight is twice
 * as likely to come first (Mesos's random sorter, offer-core 2.4). A leaf's weight is the product,
 * along its path, of each node's part among its active siblings; the keys `u^(1/w)` make one sort
 * do the drawing (Efraimidis and Spirakis, 2006).
 */
export function weightedShuffle<C>(
  root: WeightedNode<C>,
  weightOf: (path: string) => number,
  chance: Chance,
): readonly C[] {
  const drawn: { readonly client: C; readonly key: number }[] = [];
  const visit = (node: WeightedNode<C>, part: number): void => {
    const active = [...node.children.values()].filter((child) => child.active > 0);
    let sum = 0;
    for (const child of active) sum += weight(child);
    for (const child of active) {
      const own = (part * weight(child)) / sum;
      if (child.client === undefined) visit(child, own);
      // Logarithms keep tiny weights apart where powers would all be 0.
      else drawn.push({ client: child.client, key: Math.log(1 - chance.next()) / own });
    }
  };
  const weight = (node: WeightedNode<C>): number =>
    node.client === undefined ? weightOf(node.path) : 1;
  visit(root, 1);
  return drawn.sort((a, b) => b.key - a.key).map(({ client }) => client);
}
