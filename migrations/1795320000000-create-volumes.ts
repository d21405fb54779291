import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Data of apps on agents; what is reserved for their instances stands in the agents' rows. */
export class CreateVolumes1795320000000 implements MigrationInterface {
  readonly name = 'CreateVolumes1795320000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE volumes (
         id text CONSTRAINT volumes_pkey PRIMARY KEY,
         app_id text NOT NULL,
         agent_id text NOT NULL,
         data jsonb NOT NULL,
         turn bigint NOT NULL)`,
    );
  }

  /** Forward only: a step back is a restore of the dump made before the upgrade. */
  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
