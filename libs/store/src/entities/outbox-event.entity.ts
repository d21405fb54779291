import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Events in the order of their commits, gap-free by number until pruned from the old end. */
@Entity('outbox_events')
export class OutboxEventEntity {
  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'outbox_events_pkey' })
  number!: string;

  @Column({ type: 'text' })
  type!: string;

  @Column({ type: 'timestamptz' })
  at!: Date;

  @Column({ type: 'json' })
  payload!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
