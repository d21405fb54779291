import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A host that can run tasks. */
@Entity('agents')
export class AgentEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'agents_pkey' })
  id!: string;

  @Column({ type: 'text' })
  hostname!: string;

  @Column({ type: 'jsonb' })
  data!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
