import { expect } from 'chai';

import type { ReplayParts } from '../replay/index.js';
import { drfAllocator } from '../src/allocator/index.js';
import { sortClients } from '../src/allocator/sort-clients.js';
import { oracleAllocator } from '../testing/oracle/index.js';
import { AGENTS } from './agents.js';
import { CONSTRAINTS } from './constraints.js';
import { FAIR_SHARE } from './fair-share.js';
import { FILTERS } from './filters.js';
import { GATES } from './gates.js';
import { MAINTENANCE } from './maintenance.js';
import { play } from './play.js';
import { QUOTA_RESERVATIONS } from './quota-reservations.js';
import { QUOTAS } from './quotas.js';
import { RECOVERY } from './recovery.js';
import { RESERVATIONS } from './reservations.js';
import { ROLES } from './roles.js';
import { SORTERS } from './sorters.js';

const TABLES = [
  ...FAIR_SHARE,
  ...FILTERS,
  ...GATES,
  ...RESERVATIONS,
  ...QUOTAS,
  ...QUOTA_RESERVATIONS,
  ...AGENTS,
  ...MAINTENANCE,
  ...RECOVERY,
  ...ROLES,
  ...CONSTRAINTS,
  ...SORTERS,
];

const ALLOCATORS: Readonly<Record<string, ReplayParts>> = {
  'the allocator': { makeAllocator: drfAllocator, sortClients },
  'the oracle': { makeAllocator: oracleAllocator, sortClients },
};

for (const [name, parts] of Object.entries(ALLOCATORS)) {
  describe(`scenarios: ${name}`, () => {
    for (const scenario of TABLES) {
      it(`${scenario.id} ${scenario.says}`, () => {
        expect(play(scenario, parts)).to.deep.equal([]);
      });
    }
  });
}
