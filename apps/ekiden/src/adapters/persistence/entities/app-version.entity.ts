import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An app as it was, and between which root versions it was so. */
@Entity('app_versions')
export class AppVersionEntity {
  @PrimaryColumn({ name: 'app_id', type: 'text', primaryKeyConstraintName: 'app_versions_pkey' })
  appId!: string;

  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'app_versions_pkey' })
  version!: string;

  @Column({ type: 'jsonb' })
  data!: unknown;

  @Column({ name: 'since_root', type: 'bigint' })
  sinceRoot!: string;

  /** Null while it is the present one. */
  @Column({ name: 'until_root', type: 'bigint', nullable: true })
  untilRoot!: string | null;

  @Column({ type: 'bigint' })
  turn!: string;
}
