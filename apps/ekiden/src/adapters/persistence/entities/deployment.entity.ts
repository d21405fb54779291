import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A plan in progress or finished. */
@Entity('deployments')
@Index('deployments_status_idx', ['status'])
export class DeploymentEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'deployments_pkey' })
  id!: string;

  @Column({ type: 'text' })
  status!: string;

  @Column({ type: 'jsonb' })
  data!: unknown;

  /** Written once, with the row. */
  @Column({ type: 'jsonb', nullable: true })
  plan!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
