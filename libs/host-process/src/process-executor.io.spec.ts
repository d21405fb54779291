import {
  executorContract,
  filesContract,
  outputsContract,
  sessionsContract,
  taskSpec,
} from '@ekiden/host/contract';
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

outputsContract('the process executor', async () => {
  const host = await ProcessHost.make();
  return {
    executor: await host.open(),
    spec: (taskId, value) => taskSpec(taskId, { command: { kind: 'shell', value } }),
    dispose: () => host.dispose(),
  };
});

filesContract('the process executor', async () => {
  const host = await ProcessHost.make();
  return {
    executor: await host.open(),
    spec: (taskId, value) => taskSpec(taskId, { command: { kind: 'shell', value } }),
    dispose: () => host.dispose(),
  };
});

sessionsContract('the process executor', async () => {
  const host = await ProcessHost.make();
  return {
    executor: await host.open(),
    spec: (taskId, value) => taskSpec(taskId, { command: { kind: 'shell', value } }),
    dispose: () => host.dispose(),
  };
});
