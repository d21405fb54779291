import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that says how far the state is. */
@Entity('turn')
@Check('turn_one_row', 'id = 1')
export class TurnEntity {
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'turn_pkey' })
  id!: number;

  /** The last committed turn. */
  @Column({ type: 'bigint' })
  number!: string;

  @Column({ type: 'bigint' })
  epoch!: string;

  /** Number of the last event in the outbox, pruned or not. */
  @Column({ name: 'last_event', type: 'bigint' })
  lastEvent!: string;

  /** By the clock of the database. */
  @Column({ name: 'committed_at', type: 'timestamptz' })
  committedAt!: Date;
}
