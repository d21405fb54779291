import { ForwarderStage } from '../../../../testing/forwarder-stage.js';
import { routerContract } from '../../../../testing/router-contract.js';

describe('the forwarder', () => {
  routerContract(() => ForwarderStage.make());
});
