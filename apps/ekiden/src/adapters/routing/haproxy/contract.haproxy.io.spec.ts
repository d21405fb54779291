import { HaproxyStage } from '../../../../testing/haproxy-stage.js';
import { routerContract } from '../../../../testing/router-contract.js';

describe('HAProxy', () => {
  routerContract(() => HaproxyStage.make());
});
