import { TASK_STATES } from '@ekiden/kernel';
import { z } from 'zod';
import {
  amount,
  at,
  deploymentIds,
  number,
  ports,
  text,
  texts,
  uuid,
  yes,
} from './answer-fields.js';
import { app } from './app.js';
import { shownRollout } from './rollout.js';

export const deploymentResult = z
  .object({
    deploymentId: uuid('Id of the deployment; also in the header `Marathon-Deployment-Id`.'),
    version: at('Version that the change gives to what it changes.'),
  })
  .meta({ id: 'DeploymentResult', description: 'The deployment that carries the change out.' });

export const problem = z
  .object({
    message: text('What is wrong, in a sentence.'),
    details: z
      .union([
        z.string().meta({ title: 'Explanation', description: 'What the parser of JSON says.' }),
        z
          .array(
            z.object({
              path: text(
                'Where: `/healthChecks(1)/port`; `/` or nothing = the whole document.',
                '/instances',
              ),
              errors: texts('What is wrong there; every rule that is broken.'),
            }),
          )
          .meta({ title: 'Violations', description: 'All of them at once, by place.' }),
      ])
      .optional()
      .meta({ description: 'Text for what is no JSON, a list for what breaks rules.' }),
    deployments: deploymentIds(
      'Running deployments that are in the way; with `parent`: what has changed since, latest first.',
    ).optional(),
    parent: at(
      'Version of the definitions by now: the plan that was to be applied was made from another one.',
    ).optional(),
  })
  .meta({ id: 'Problem', description: 'Every error answer.' });

const health = z
  .object({
    alive: yes('Whether the last result was good.'),
    consecutiveFailures: number('Failures since the last success.'),
    firstSuccess: at('When it first succeeded.').optional(),
    instanceId: text('Id of the instance that was looked at.'),
    lastSuccess: at('When it last succeeded.').optional(),
    lastFailure: at('When it last failed.').optional(),
    lastFailureCause: text('Why it last failed.').optional(),
  })
  .meta({ id: 'Health', description: 'What one health check has found out.' });

/** What an operator gave up is shown as gone. */
const taskState = z.enum(TASK_STATES).exclude(['TASK_GONE_BY_OPERATOR']);

const localVolume = z.object({
  runSpecId: text('Id of the app that the volume was made for.'),
  containerPath: text('Where the app sees it.'),
  uuid: text('Tells it from other volumes of the same place.'),
  persistenceId: text('Id of the volume.'),
});

export const task = z
  .object({
    appId: text('Id of the app.', '/hello'),
    healthCheckResults: z
      .array(health)
      .meta({ description: 'One for each health check that has a result.' }),
    host: text('Name of the host it runs on.', 'node1'),
    id: text('Id of the task.', 'hello.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1'),
    ipAddresses: z
      .array(
        z.object({
          ipAddress: text('The address.', '127.0.0.1'),
          protocol: z.enum(['IPv4', 'IPv6']).meta({ description: 'Its kind.' }),
        }),
      )
      .meta({ description: 'Addresses it can be reached by, as far as they are known.' }),
    ports: ports('Ports on the host, while the task is active.'),
    servicePorts: ports('Stable ports of the app. Filled by `GET /v2/tasks` only.'),
    slaveId: text('Id of the agent.').optional(),
    state: taskState.meta({ description: 'What is known of it.' }),
    stagedAt: at('When it was handed to the agent. While it is active.').optional(),
    startedAt: at('When it ran for the first time. While it is active.').optional(),
    version: at('Version of the app it was started from. While it is active.').optional(),
    localVolumes: z.array(localVolume).meta({ description: 'Its persistent volumes.' }),
    role: text('Role whose share of the pool it uses.'),
    generation: z
      .enum(['live', 'preview', 'warm', 'draining'])
      .optional()
      .meta({
        description:
          'With `generation=all`: `preview` is not promoted yet, `warm` is kept for an instant undo, ' +
          '`draining` is given up.',
      }),
  })
  .meta({ id: 'Task', description: 'One task of an app.' });

export const taskFailure = z
  .object({
    appId: text('Id of the app.'),
    host: text('Host it ran on.'),
    message: text('What the host says of its end.'),
    state: text('State it ended in.', 'TASK_FAILED'),
    taskId: text('Id of the task.'),
    timestamp: at('When it ended.'),
    version: at('Version of the app it was started from.'),
    slaveId: text('Id of the agent.').optional(),
  })
  .meta({ id: 'TaskFailure', description: 'The last task of the app that ended badly.' });

const statistics = z
  .object({
    stats: z
      .object({
        counts: z
          .object({
            staged: number('Not running yet.'),
            running: number('Running.'),
            healthy: number('All health checks are good.'),
            unhealthy: number('Some health check is not good.'),
          })
          .meta({ description: 'How many tasks there are, by what is known of them.' }),
        lifeTime: z
          .object({
            averageSeconds: amount('Average, in seconds.'),
            medianSeconds: amount('Median, in seconds.'),
          })
          .optional()
          .meta({ description: 'For how long they run; absent when none does.' }),
      })
      .meta({ description: 'The figures.' }),
  })
  .meta({ id: 'TaskStatistics', description: 'Figures over some of the tasks of an app.' });

export const tasksStats = z
  .object({
    startedAfterLastScaling: statistics.optional().meta({
      description: 'Tasks of the version that last changed the number of instances, or newer.',
    }),
    withLatestConfig: statistics.optional().meta({
      description: 'Tasks that were started from the configuration as it is now.',
    }),
    withOutdatedConfig: statistics.optional().meta({
      description: 'Tasks that were started from an older configuration.',
    }),
    totalSummary: statistics.optional().meta({ description: 'All tasks.' }),
  })
  .meta({ id: 'TasksStats', description: 'Figures by age; those of no tasks are absent.' });

export const readinessResult = z
  .object({
    name: text('Name of the check.'),
    taskId: text('Id of the task that was asked.'),
    ready: yes('Whether it said that it is ready.'),
    lastResponse: z
      .object({
        status: z.int().min(100).max(599).meta({ description: 'HTTP status.' }),
        contentType: text('Type of the body.', 'application/json'),
        body: text('Its beginning.'),
      })
      .optional()
      .meta({ description: 'What it last answered, with `preserveLastResponse`.' }),
  })
  .meta({ id: 'ReadinessCheckResult', description: 'What one readiness check has found out.' });

/** A stored definition as shown: an app without legacy fields, with its history. */
export const shownApp = app
  .omit({ ipAddress: true, ports: true, uris: true, rollout: true })
  .required({
    backoffFactor: true,
    backoffSeconds: true,
    cpus: true,
    disk: true,
    executor: true,
    instances: true,
    labels: true,
    maxLaunchDelaySeconds: true,
    mem: true,
    gpus: true,
    networks: true,
    requirePorts: true,
    upgradeStrategy: true,
    version: true,
    killSelection: true,
    unreachableStrategy: true,
    role: true,
  })
  .extend({
    version: at('When this definition was made; its key, too.'),
    versionInfo: z
      .object({
        lastScalingAt: at('When the number of instances last changed.'),
        lastConfigChangeAt: at('When anything else last changed, or it was restarted.'),
      })
      .optional()
      .meta({ description: 'Absent in the answer to a creation.' }),
    rollout: shownRollout
      .optional()
      .meta({ description: 'What it says of it itself. With `apps.rollout`.' }),
  })
  .meta({ id: 'StoredApp', description: 'A definition with every default filled in.' });

export const appInfo = shownApp
  .extend({
    tasksStaged: number('Tasks that do not run yet. With `counts`.').optional(),
    tasksRunning: number('Tasks that run. With `counts`.').optional(),
    tasksHealthy: number('Tasks whose health checks are all good. With `counts`.').optional(),
    tasksUnhealthy: number(
      'Tasks of which some health check is not good. With `counts`.',
    ).optional(),
    deployments: deploymentIds('Running deployments it is part of.').optional(),
    readinessCheckResults: z
      .array(readinessResult)
      .optional()
      .meta({ description: 'With `readiness`.' }),
    tasks: z.array(task).optional().meta({ description: 'With `tasks`.' }),
    lastTaskFailure: taskFailure.optional(),
    tasksStats: tasksStats.optional(),
  })
  .meta({ id: 'AppInfo', description: 'A definition and what `embed` asks for of its state.' });
