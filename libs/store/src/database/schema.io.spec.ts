import { expect } from 'chai';

import { migrations } from '../../../../migrations/index.js';
import { testDatabases } from '../../testing/index.js';
import { storeEntities } from '../entities/index.js';
import { openDatabase } from './index.js';

describe('the store schema', () => {
  it('is in agreement with the entities of the store', async () => {
    const { url, drop } = await testDatabases.create();
    const database = await openDatabase({ at: { url }, entities: storeEntities, migrations });
    const diff = await database.dataSource.driver.createSchemaBuilder().log();
    expect(diff.upQueries.map((step) => step.query)).to.deep.equal([]);
    await database.close();
    await drop();
  });
});
