import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A one-shot execution on an agent. */
@Entity('tasks')
export class TaskEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tasks_pkey' })
  id!: string;

  @Column({ name: 'framework_id', type: 'text' })
  frameworkId!: string;

  @Column({ name: 'agent_id', type: 'text' })
  agentId!: string;

  @Column({ type: 'text' })
  state!: string;

  @Column({ type: 'json' })
  data!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
