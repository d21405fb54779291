import { ClusterEntity } from './cluster.entity.js';
import { LeaseEntity } from './lease.entity.js';
import { OutboxEventEntity } from './outbox-event.entity.js';
import { TurnEntity } from './turn.entity.js';

export { ClusterEntity, LeaseEntity, OutboxEventEntity, TurnEntity };

/** The store's own tables. */
export const storeEntities = [ClusterEntity, LeaseEntity, OutboxEventEntity, TurnEntity] as const;
