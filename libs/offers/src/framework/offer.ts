import type { AgentId, Brand, Millis } from '@ekiden/kernel';

import type { Attribute, Resources } from '../resources/index.js';
import type { FrameworkId } from './framework-info.js';

export type OfferId = Brand<string, 'OfferId'>;

/** Where a host stands. */
export interface Domain {
  readonly region: string;
  readonly zone: string;
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
  readonly createdAt: Millis;
}
