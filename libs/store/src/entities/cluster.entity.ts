import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** Identity of this database, drawn once: hosts tell tasks of one Ekiden from another's by it. */
@Entity('cluster')
@Check('cluster_one_row', 'id = 1')
export class ClusterEntity {
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'cluster_pkey' })
  id!: number;

  @Column({ name: 'cluster_id', type: 'text' })
  clusterId!: string;
}
