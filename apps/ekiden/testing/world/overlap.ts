/** How a write treats deployments in its way. */
export type Overlap = 'refused' | 'force' | 'queue';

/** What somebody does about that, in such shares. */
export type Manners = readonly [Overlap, ...Overlap[]];

export const MANNERS: readonly [Manners, ...Manners[]] = [
  ['force', 'force', 'refused', 'queue'],
  ['force', 'force', 'refused', 'queue'],
  ['queue', 'queue', 'queue', 'force', 'refused'],
];

export const CALM_MANNERS: Manners = ['refused', 'refused', 'queue', 'queue', 'force'];
