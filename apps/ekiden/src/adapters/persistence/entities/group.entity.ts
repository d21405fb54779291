import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A group as it is now, without its apps and subgroups. */
@Entity('groups')
export class GroupEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'groups_pkey' })
  id!: string;

  @Column({ type: 'jsonb' })
  data!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
