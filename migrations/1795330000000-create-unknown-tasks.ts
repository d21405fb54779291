import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tasks on hosts that are newer than the database; they wait for an operator over restarts. */
export class CreateUnknownTasks1795330000000 implements MigrationInterface {
  readonly name = 'CreateUnknownTasks1795330000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE unknown_tasks (
         id text CONSTRAINT unknown_tasks_pkey PRIMARY KEY,
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
