import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What an app became at a root version. */
@Entity('app_versions')
export class AppVersionEntity {
  @PrimaryColumn({ name: 'app_id', type: 'text', primaryKeyConstraintName: 'app_versions_pkey' })
  appId!: string;

  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'app_versions_pkey' })
  version!: string;

  /** Null: it was removed. */
  @Column({ type: 'jsonb', nullable: true })
  data!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
