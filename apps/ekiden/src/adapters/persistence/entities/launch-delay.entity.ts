import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The launch backoff of an app version. */
@Entity('launch_delays')
export class LaunchDelayEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'launch_delays_pkey' })
  id!: string;

  @Column({ type: 'jsonb' })
  data!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
