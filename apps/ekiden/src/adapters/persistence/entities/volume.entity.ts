import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Data of an app on an agent; it outlives both tasks and app. */
@Entity('volumes')
export class VolumeEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'volumes_pkey' })
  id!: string;

  @Column({ name: 'app_id', type: 'text' })
  appId!: string;

  @Column({ name: 'agent_id', type: 'text' })
  agentId!: string;

  @Column({ type: 'jsonb' })
  data!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
