import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A version of the whole tree; its content follows from the version tables by reference. */
@Entity('root_versions')
export class RootVersionEntity {
  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'root_versions_pkey' })
  version!: string;

  @Column({ type: 'bigint' })
  turn!: string;
}
