import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that says who leads; see leadership/. */
@Entity('lease')
@Check('lease_one_row', 'id = 1')
export class LeaseEntity {
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'lease_pkey' })
  id!: number;

  @Column({ type: 'bigint' })
  epoch!: string;

  @Column({ type: 'text' })
  holder!: string;

  @Column({ type: 'text' })
  address!: string;

  @Column({ name: 'backend_pid', type: 'integer', nullable: true })
  backendPid!: number | null;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;
}
