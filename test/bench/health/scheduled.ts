import { Table, millis, seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import {
  SystemChance,
  SystemClock,
  SystemTimers,
} from '../../../apps/ekiden/src/adapters/machine/index.js';
import { TaskProber } from '../../../apps/ekiden/src/adapters/health/index.js';
import type { AppDefinition, PathId } from '../../../apps/ekiden/src/core/app/index.js';
import { sampleApp } from '../../../apps/ekiden/src/core/app/sample-app.js';
import type { Instance, InstanceId } from '../../../apps/ekiden/src/core/instance/index.js';
import { appVersionKey } from '../../../apps/ekiden/src/core/turn/index.js';
import { HealthScheduler } from '../../../apps/ekiden/src/runtime/index.js';
import type { Notes } from './sampling.js';

interface Plan {
  readonly ports: readonly number[];
  readonly checks: number;
  readonly intervalMs: number;
}

/** The service's scheduler and prober on as many running tasks, all of them known to be well. */
export function probeScheduled({ ports, checks, intervalMs }: Plan, notes: Notes): () => void {
  const clock = new SystemClock();
  const prober = new TaskProber({
    runCommand: () => Promise.resolve({ kind: 'noHost', reason: 'there are no commands here' }),
  });
  let over = false;
  const scheduler = new HealthScheduler({
    prober: {
      probe: async (target) => {
        const result = await prober.probe(target);
        if (!over) notes.answered(result.ok);
        return result;
      },
    },
    clock,
    timers: new SystemTimers(),
    chance: new SystemChance(),
    log: () => undefined,
    report: () => true,
    noteLateness: (late) => {
      notes.sent(late);
    },
  });
  const app = sampleApp({
    healthChecks: [
      { protocol: 'HTTP', path: '/health', intervalSeconds: intervalMs / 1_000, timeoutSeconds: 5 },
    ],
  });
  const appVersions = new Table<string, AppDefinition>();
  appVersions.put(appVersionKey(app.id, app.version), app);
  const instances = new Table<InstanceId, Instance>();
  for (let n = 0; n < checks; n += 1) {
    const instance = running(app, n, ports[n % ports.length] ?? 0);
    instances.put(instance.id, instance);
  }
  scheduler.enter({ instances, appVersions });
  return () => {
    over = true;
    scheduler.leave();
  };
}

function running({ id: appId, version }: AppDefinition, n: number, port: number): Instance {
  const id = `bench.instance-${n}` as InstanceId;
  const at = millis(1);
  return {
    id,
    appId: appId satisfies PathId,
    appVersion: version,
    configVersion: version,
    goal: 'Running',
    condition: 'Running',
    incarnation: 1,
    task: {
      id: `${id}._app.1` as TaskId,
      agentId: 'bench' as AgentId,
      host: '127.0.0.1',
      hostPorts: [port],
      ipAddresses: ['127.0.0.1'],
      state: 'TASK_RUNNING',
      stagedAt: at,
      startedAt: at,
      healthy: true,
      health: [{ alive: true, consecutiveFailures: 0, firstSuccess: at, lastSuccess: seconds(1) }],
    },
    createdAt: at,
    since: at,
  };
}
