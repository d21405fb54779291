import { executorContract } from '@ekiden/host/contract';
import { ProcessHost } from '../testing/process-host.js';

let current: ProcessHost;

executorContract(
  'plain processes',
  async () => {
    current = await ProcessHost.make();
    return current;
  },
  {
    baseEnv: (taskId) => ({
      PATH: '/usr/bin:/bin',
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      HOME: current.sandbox(taskId),
      MESOS_SANDBOX: current.sandbox(taskId),
    }),
  },
);
