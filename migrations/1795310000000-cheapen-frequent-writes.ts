import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is written most often is stored as the text it comes as (jsonb is taken apart at every
 * write), and its pages keep room, so that a new version of a row fits beside the old one and no
 * index has to hear of it.
 */
const CHANGES = [
  'ALTER TABLE instances ALTER COLUMN data TYPE json USING data::json',
  'ALTER TABLE instances SET (fillfactor = 50)',
  'ALTER TABLE tasks ALTER COLUMN data TYPE json USING data::json',
  'ALTER TABLE tasks SET (fillfactor = 50)',
  'ALTER TABLE outbox_events ALTER COLUMN payload TYPE json USING payload::json',
] as const;

export class CheapenFrequentWrites1795310000000 implements MigrationInterface {
  readonly name = 'CheapenFrequentWrites1795310000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const sql of CHANGES) await queryRunner.query(sql);
  }

  /** Forward only: a step back is a restore of the dump made before the upgrade. */
  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
