import type { TableSpec } from '../src/index.js';

/** Two of the schema's tables, as the store's own tests write them. */
export interface SampleDelay {
  readonly id: string;
  readonly data: unknown;
}

export interface SampleAppVersion {
  readonly appId: string;
  readonly version: number;
  readonly data: unknown;
}

export const DELAY_TABLE: TableSpec<SampleDelay> = {
  name: 'launch_delays',
  key: ['id'],
  columns: [
    { name: 'id', type: 'text', of: (row) => row.id },
    { name: 'data', type: 'jsonb', of: (row) => row.data },
  ],
};

export const APP_VERSION_TABLE: TableSpec<SampleAppVersion> = {
  name: 'app_versions',
  key: ['app_id', 'version'],
  columns: [
    { name: 'app_id', type: 'text', of: (row) => row.appId },
    { name: 'version', type: 'bigint', of: (row) => row.version },
    { name: 'data', type: 'jsonb', of: (row) => row.data },
  ],
};

export const ROOT_VERSION_TABLE: TableSpec<number> = {
  name: 'root_versions',
  key: ['version'],
  columns: [{ name: 'version', type: 'bigint', of: (row) => row }],
};
