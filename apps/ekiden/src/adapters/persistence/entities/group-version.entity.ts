import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A group as it was, and between which root versions it was so. */
@Entity('group_versions')
export class GroupVersionEntity {
  @PrimaryColumn({
    name: 'group_id',
    type: 'text',
    primaryKeyConstraintName: 'group_versions_pkey',
  })
  groupId!: string;

  @PrimaryColumn({
    name: 'since_root',
    type: 'bigint',
    primaryKeyConstraintName: 'group_versions_pkey',
  })
  sinceRoot!: string;

  /** Null while it is the present one. */
  @Column({ name: 'until_root', type: 'bigint', nullable: true })
  untilRoot!: string | null;

  @Column({ type: 'jsonb' })
  data!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
