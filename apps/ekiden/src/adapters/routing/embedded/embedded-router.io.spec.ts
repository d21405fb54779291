import { SharedEmbedded } from '../../../../testing/embedded-stage.js';
import { routerContract } from '../../../../testing/router-contract.js';

describe('the embedded router', () => {
  const shared = new SharedEmbedded();
  before(() => shared.open());
  after(() => shared.close());
  routerContract(() => shared.fresh());
});
