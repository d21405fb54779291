import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A registered framework. */
@Entity('frameworks')
export class FrameworkEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'frameworks_pkey' })
  id!: string;

  @Column({ type: 'jsonb' })
  data!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
