import { openDatabase, storeEntities } from '@ekiden/store';
import { expect } from 'chai';

import { testDatabases } from '../../../../../../libs/store/testing/index.js';
import { serviceEntities } from './index.js';

describe('the service entities', () => {
  it('are in agreement with the migrated schema, column by column', async () => {
    const place = await testDatabases.create();
    const entities = [...storeEntities, ...serviceEntities];
    const database = await openDatabase({ at: { url: place.url }, entities, migrations: [] });
    const diff = await database.dataSource.driver.createSchemaBuilder().log();
    expect(diff.upQueries.map((step) => step.query)).to.deep.equal([]);
    await database.close();
    await place.drop();
  });

  it('cover every table of the schema', async () => {
    const place = await testDatabases.create();
    const entities = [...storeEntities, ...serviceEntities];
    const database = await openDatabase({ at: { url: place.url }, entities, migrations: [] });
    const tables = await database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
        WHERE table_schema = 'public' AND table_name <> 'migrations'`,
    );
    const described = database.dataSource.entityMetadatas.map((entity) => entity.tableName);
    expect(tables.map((table) => table.name).sort()).to.deep.equal(described.sort());
    await database.close();
    await place.drop();
  });
});
