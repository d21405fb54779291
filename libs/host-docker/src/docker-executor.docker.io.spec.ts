import {
  executorContract,
  filesContract,
  outputsContract,
  sessionsContract,
  type ContractCommands,
} from '@ekiden/host/contract';
import { busyboxContainer, containerSpec, DockerStage } from '../testing/index.js';

const shell = (value: string) => ({ kind: 'shell', value }) as const;

/** The first process of a container gets only the signals it asks for, and cannot kill itself. */
const COMMANDS: ContractCommands = {
  exits: (code) => shell(`exit ${code}`),
  dies: (signal) => shell(`sh -c 'kill -${signal} $$'; exit $?`),
  runs: shell("trap 'exit 143' TERM; echo ready; while :; do sleep 0.05; done"),
  ignoresTerm: shell("trap '' TERM; echo ready; while :; do sleep 0.05; done"),
  exitsLater: (code) => shell(`sleep 0.2; exit ${code}`),
  printsEnv: { kind: 'argv', value: ['env', '-0'] },
  missing: (program) => ({ kind: 'argv', value: [program] }),
};

executorContract('containers', () => DockerStage.make(), {
  commands: COMMANDS,
  spec: {
    executor: 'docker',
    container: busyboxContainer({ parameters: [{ key: 'hostname', value: 'box' }] }),
  },
  baseEnv: () => ({
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    HOSTNAME: 'box',
    MESOS_SANDBOX: '/mnt/mesos/sandbox',
  }),
});

outputsContract('the Docker executor', async () => {
  const stage = await DockerStage.make();
  return {
    executor: await stage.open(),
    spec: (taskId, script) => containerSpec(taskId, { command: shell(script) }),
    dispose: () => stage.dispose(),
  };
});

filesContract('the Docker executor', async () => {
  const stage = await DockerStage.make();
  return {
    executor: await stage.open(),
    spec: (taskId, script) => containerSpec(taskId, { command: shell(script) }),
    dispose: () => stage.dispose(),
  };
});

sessionsContract('the Docker executor', async () => {
  const stage = await DockerStage.make();
  return {
    executor: await stage.open(),
    spec: (taskId, script) => containerSpec(taskId, { command: shell(script) }),
    dispose: () => stage.dispose(),
  };
});
