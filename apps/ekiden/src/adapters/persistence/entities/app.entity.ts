import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An app as it is now. Written through the turn store only. */
@Entity('apps')
export class AppEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'apps_pkey' })
  id!: string;

  /** Milliseconds since 1970. */
  @Column({ type: 'bigint' })
  version!: string;

  @Column({ type: 'jsonb' })
  data!: unknown;

  @Column({ type: 'bigint' })
  turn!: string;
}
