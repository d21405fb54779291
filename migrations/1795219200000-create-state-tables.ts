import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The store's own tables: who leads, how far the state is, which cluster this is, the events. */
const STORE_TABLES = [
  `CREATE TABLE lease (
     id integer CONSTRAINT lease_pkey PRIMARY KEY,
     epoch bigint NOT NULL,
     holder text NOT NULL,
     address text NOT NULL,
     backend_pid integer,
     expires_at timestamptz NOT NULL,
     CONSTRAINT lease_one_row CHECK (id = 1))`,
  `INSERT INTO lease (id, epoch, holder, address, expires_at) VALUES (1, 0, '', '', 'epoch')`,
  `CREATE TABLE turn (
     id integer CONSTRAINT turn_pkey PRIMARY KEY,
     number bigint NOT NULL,
     epoch bigint NOT NULL,
     last_event bigint NOT NULL,
     CONSTRAINT turn_one_row CHECK (id = 1))`,
  `INSERT INTO turn (id, number, epoch, last_event) VALUES (1, 0, 0, 0)`,
  `CREATE TABLE cluster (
     id integer CONSTRAINT cluster_pkey PRIMARY KEY,
     cluster_id text NOT NULL,
     CONSTRAINT cluster_one_row CHECK (id = 1))`,
  `INSERT INTO cluster (id, cluster_id) VALUES (1, gen_random_uuid()::text)`,
  `CREATE TABLE outbox_events (
     number bigint CONSTRAINT outbox_events_pkey PRIMARY KEY,
     type text NOT NULL,
     at timestamptz NOT NULL,
     payload jsonb NOT NULL,
     turn bigint NOT NULL)`,
] as const;

/**
 * What the user asked for. The histories are append-only: a row says what an app or group became
 * at a root version, without data that it was removed; the tree at any version follows from them.
 */
const DEFINITION_TABLES = [
  `CREATE TABLE apps (
     id text CONSTRAINT apps_pkey PRIMARY KEY,
     version bigint NOT NULL,
     data jsonb NOT NULL,
     turn bigint NOT NULL)`,
  `CREATE TABLE app_versions (
     app_id text NOT NULL,
     version bigint NOT NULL,
     data jsonb,
     turn bigint NOT NULL,
     CONSTRAINT app_versions_pkey PRIMARY KEY (app_id, version))`,
  `CREATE TABLE groups (
     id text CONSTRAINT groups_pkey PRIMARY KEY,
     data jsonb NOT NULL,
     turn bigint NOT NULL)`,
  `CREATE TABLE group_versions (
     group_id text NOT NULL,
     version bigint NOT NULL,
     data jsonb,
     turn bigint NOT NULL,
     CONSTRAINT group_versions_pkey PRIMARY KEY (group_id, version))`,
  `CREATE TABLE root_versions (
     version bigint CONSTRAINT root_versions_pkey PRIMARY KEY,
     turn bigint NOT NULL)`,
] as const;

/** What runs or is to run: deployments, instances, and the resource core's agents and tasks. */
const RUNTIME_TABLES = [
  `CREATE TABLE deployments (
     id text CONSTRAINT deployments_pkey PRIMARY KEY,
     status text NOT NULL,
     data jsonb NOT NULL,
     turn bigint NOT NULL)`,
  `CREATE INDEX deployments_status_idx ON deployments (status)`,
  `CREATE TABLE instances (
     id text CONSTRAINT instances_pkey PRIMARY KEY,
     app_id text NOT NULL,
     goal text NOT NULL,
     condition text NOT NULL,
     agent_id text,
     data jsonb NOT NULL,
     turn bigint NOT NULL)`,
  `CREATE INDEX instances_app_id_idx ON instances (app_id)`,
  `CREATE TABLE launch_delays (
     id text CONSTRAINT launch_delays_pkey PRIMARY KEY,
     data jsonb NOT NULL,
     turn bigint NOT NULL)`,
  `CREATE TABLE task_failures (
     app_id text CONSTRAINT task_failures_pkey PRIMARY KEY,
     data jsonb NOT NULL,
     turn bigint NOT NULL)`,
  `CREATE TABLE agents (
     id text CONSTRAINT agents_pkey PRIMARY KEY,
     hostname text NOT NULL,
     data jsonb NOT NULL,
     turn bigint NOT NULL)`,
  `CREATE TABLE frameworks (
     id text CONSTRAINT frameworks_pkey PRIMARY KEY,
     data jsonb NOT NULL,
     turn bigint NOT NULL)`,
  `CREATE TABLE tasks (
     id text CONSTRAINT tasks_pkey PRIMARY KEY,
     framework_id text NOT NULL,
     agent_id text NOT NULL,
     state text NOT NULL,
     data jsonb NOT NULL,
     turn bigint NOT NULL)`,
] as const;

/** The whole schema of the first release. */
export class CreateStateTables1795219200000 implements MigrationInterface {
  readonly name = 'CreateStateTables1795219200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const sql of [...STORE_TABLES, ...DEFINITION_TABLES, ...RUNTIME_TABLES]) {
      await queryRunner.query(sql);
    }
  }

  /** Forward only: a step back is a restore of the dump made before the upgrade. */
  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only; restore a backup instead'));
  }
}
