import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a group became at a root version. */
@Entity('group_versions')
export class GroupVersionEntity {
  @PrimaryColumn({
    name: 'group_id',
    type: 'text',
    primaryKeyConstraintName: 'group_versions_pkey',
  })
  groupId!: string;

  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'group_versions_pkey' })
  version!: string;

  /** Null: it was removed. */
  @Column({ type: 'jsonb', nullable: true })
  data!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
