import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Plans are of megabytes and never change: apart from what changes, they are written once. */
export class KeepPlansApart1795340000000 implements MigrationInterface {
  readonly name = 'KeepPlansApart1795340000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE deployments ADD COLUMN plan jsonb');
    await queryRunner.query(`UPDATE deployments SET plan = data->'plan', data = data - 'plan'`);
  }

  /** Forward only: a step back is a restore of the dump made before the upgrade. */
  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
