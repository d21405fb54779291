import { countsContract } from '../../../../testing/counts-contract.js';
import { deploymentGroupContract } from '../../../../testing/deployment-group-contract.js';
import { HaproxyStage } from '../../../../testing/haproxy-stage.js';
import { routerContract, trafficContract } from '../../../../testing/router-contract.js';
import { wireContract } from '../../../../testing/wire-contract.js';

describe('HAProxy', () => {
  routerContract(() => HaproxyStage.make());
  trafficContract(() => HaproxyStage.make());
  countsContract(() => HaproxyStage.make());
  wireContract(() => HaproxyStage.make());
  deploymentGroupContract(() => HaproxyStage.make());
});
