import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A task on a host that is newer than this database, until an operator has decided about it. */
@Entity('unknown_tasks')
export class UnknownTaskEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'unknown_tasks_pkey' })
  id!: string;

  @Column({ name: 'agent_id', type: 'text' })
  agentId!: string;

  @Column({ type: 'jsonb' })
  data!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
