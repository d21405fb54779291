import { countsContract } from '../../../../testing/counts-contract.js';
import { deploymentGroupContract } from '../../../../testing/deployment-group-contract.js';
import { SharedEmbedded } from '../../../../testing/embedded-stage.js';
import { routerContract, trafficContract } from '../../../../testing/router-contract.js';

describe('the embedded router', () => {
  const shared = new SharedEmbedded();
  before(() => shared.open());
  after(() => shared.close());
  routerContract(() => shared.fresh());
  trafficContract(() => shared.fresh());
  countsContract(() => shared.fresh());
  deploymentGroupContract(() => shared.fresh());
});
