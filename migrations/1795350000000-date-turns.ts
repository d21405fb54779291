import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When the newest turn was committed. The newest event does not tell: what starts beside the live
 * version is committed without one (ADR 0041).
 */
export class DateTurns1795350000000 implements MigrationInterface {
  readonly name = 'DateTurns1795350000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE turn ADD COLUMN committed_at timestamptz NOT NULL DEFAULT 'epoch'`,
    );
    await queryRunner.query(
      `UPDATE turn SET committed_at = COALESCE((SELECT max(at) FROM (
         SELECT at FROM outbox_events ORDER BY number DESC LIMIT 1000) newest), 'epoch')`,
    );
    await queryRunner.query('ALTER TABLE turn ALTER COLUMN committed_at DROP DEFAULT');
  }

  /** Forward only: a step back is a restore of the dump made before the upgrade. */
  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
