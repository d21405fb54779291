import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One replica of an app: its goal and its observed condition. */
@Entity('instances')
@Index('instances_app_id_idx', ['appId'])
export class InstanceEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'instances_pkey' })
  id!: string;

  @Column({ name: 'app_id', type: 'text' })
  appId!: string;

  @Column({ type: 'text' })
  goal!: string;

  @Column({ type: 'text' })
  condition!: string;

  @Column({ name: 'agent_id', type: 'text', nullable: true })
  agentId!: string | null;

  @Column({ type: 'json' })
  data!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
