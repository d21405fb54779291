import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What an operator said of a role: its weight and its quota. */
@Entity('roles')
export class RoleEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'roles_pkey' })
  id!: string;

  @Column({ type: 'jsonb' })
  data!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
