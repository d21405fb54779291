import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How a task of an app last ended badly. */
@Entity('task_failures')
export class TaskFailureEntity {
  @PrimaryColumn({ name: 'app_id', type: 'text', primaryKeyConstraintName: 'task_failures_pkey' })
  appId!: string;

  @Column({ type: 'jsonb' })
  data!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
