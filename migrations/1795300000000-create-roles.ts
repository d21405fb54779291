import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Weights and quotas of roles. What an operator says of agents is part of their `data`. */
export class CreateRoles1795300000000 implements MigrationInterface {
  readonly name = 'CreateRoles1795300000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE roles (
         id text CONSTRAINT roles_pkey PRIMARY KEY,
         data jsonb NOT NULL,
         turn bigint NOT NULL)`,
    );
  }

  /** Forward only: a step back is a restore of the dump made before the upgrade. */
  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
