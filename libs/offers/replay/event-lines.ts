import type { Millis } from '@ekiden/kernel';

import type { Holding, InverseAllocation, Unavailability } from '../src/allocator/index.js';
import { formatResources, fromMilli, type Quantity } from '../src/resources/index.js';
import type { Amounts, ReplayEvent, WindowJson } from './replay-event.js';

export function offered(offer: Holding): ReplayEvent {
  return { event: 'offer', ...part(offer) };
}

export function rescinded(offer: Holding, reason: string): ReplayEvent {
  return { event: 'rescind', ...part(offer), reason };
}

export function inverseOffered(inverse: InverseAllocation): ReplayEvent {
  return {
    event: 'inverseOffer',
    framework: inverse.frameworkId,
    agent: inverse.agentId,
    unavailability: windowJson(inverse.unavailability),
    resources: '',
  };
}

export function windowJson(window: Unavailability): WindowJson {
  const startSeconds = inSeconds(window.start);
  if (window.duration === undefined) return { startSeconds };
  return { startSeconds, durationSeconds: inSeconds(window.duration) };
}

export function inSeconds(time: Millis): number {
  return time / 1000;
}

/** Amounts in units, by name. */
export function amountsJson(amounts: readonly Quantity[]): Amounts {
  return Object.fromEntries(amounts.map(({ name, milli }) => [name, fromMilli(milli)]));
}

function part(holding: Holding): {
  readonly framework: string;
  readonly role: string;
  readonly agent: string;
  readonly resources: string;
} {
  return {
    framework: holding.frameworkId,
    role: holding.role,
    agent: holding.agentId,
    resources: formatResources(holding.resources),
  };
}
