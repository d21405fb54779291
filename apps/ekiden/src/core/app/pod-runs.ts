import { usesHostNetwork } from './app-facts.js';
import type { PodDefinition } from './pod-part.js';

/** Pods with an image in any container need an engine for all of them. */
export function podNeedsEngine({ pod }: Pick<PodDefinition, 'pod'>): boolean {
  return pod.containers.some(({ image }) => image !== undefined);
}

/**
 * Why no host can run a pod that is a sound definition (ADR 0044), in a sentence; `undefined` when
 * hosts can.
 */
export function podObstacle(spec: Pick<PodDefinition, 'pod' | 'networks'>): string | undefined {
  const { containers } = spec.pod;
  const bare = containers.find(({ image }) => image === undefined);
  if (podNeedsEngine(spec)) {
    if (bare === undefined) return undefined;
    return `container ${bare.name} has no image, and others of the pod have one`;
  }
  const idle = containers.find(({ exec }) => exec === undefined);
  if (idle !== undefined) return `container ${idle.name} has neither an image nor a command`;
  if (usesHostNetwork(spec.networks)) return undefined;
  return 'its containers share a network of their own, and have no image';
}
