import type { AgentId, Brand, Millis, TaskId } from '@ekiden/kernel';

import type { Attribute, Resources } from '../resources/index.js';
import type { FrameworkId } from './framework-info.js';

export type OfferId = Brand<string, 'OfferId'>;

/** Where a host stands (DomainInfo of Mesos, offer-core 1.2). */
export interface Domain {
  readonly region: string;
  readonly zone: string;
}

/** When a host is to be down for maintenance; without `duration` for good (offer-core 1.7). */
export interface Unavailability {
  readonly start: Millis;
  readonly duration?: Millis;
}

/**
 * The exclusive right to use free resources of one agent under one role, until it is accepted,
 * declined or rescinded (offer-core 1.5). Never stored.
 */
export interface Offer {
  readonly id: OfferId;
  readonly frameworkId: FrameworkId;
  readonly role: string;
  readonly agentId: AgentId;
  readonly hostname: string;
  readonly attributes: readonly Attribute[];
  readonly domain?: Domain;
  readonly resources: Resources;
  /** Maintenance the host awaits: what is launched there should be over by then, or move. */
  readonly unavailability?: Unavailability;
  readonly createdAt: Millis;
  /** Rescinded then, unless it is renewed before. Absent = never. */
  readonly leaseEnd?: Millis;
  /** Somebody waits for what it holds: the framework was asked to give it back if it can. */
  readonly wantedBack?: true;
}

/**
 * A framework is asked to leave a host by `unavailability.start`: for maintenance (offer-core 1.7),
 * because the host is drained, or because tasks of a higher priority need the room. An answer is a
 * hint. After the start of a drain or a preemption what is still there is killed; maintenance only
 * tells. At most one per framework and agent. Never stored.
 */
export interface InverseOffer {
  readonly frameworkId: FrameworkId;
  readonly agentId: AgentId;
  readonly hostname: string;
  readonly cause: 'maintenance' | 'drain' | 'preemption';
  readonly unavailability: Unavailability;
  /** Only these are meant; absent = everything the framework has there. */
  readonly tasks?: readonly TaskId[];
  /** What the framework said to it. */
  readonly answer?: 'ACCEPT' | 'DECLINE';
}
