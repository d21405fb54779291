import { z } from 'zod';
import { app } from './app.js';
import { timestamp } from './fields.js';

const uuid = () => z.string().meta({ examples: ['5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11'] });
const at = timestamp;

export const deploymentResult = z
  .object({ deploymentId: uuid(), version: at() })
  .meta({ id: 'DeploymentResult', description: 'The deployment that carries the change out.' });

export const problem = z
  .object({
    message: z.string(),
    details: z
      .union([z.string(), z.array(z.object({ path: z.string(), errors: z.array(z.string()) }))])
      .optional(),
    deployments: z.array(z.object({ id: uuid() })).optional(),
  })
  .meta({
    id: 'Problem',
    description: 'Every error answer.',
    examples: [
      {
        message: 'Invalid JSON',
        details: [{ path: '/instances', errors: ['error.expected.jsnumber'] }],
      },
    ],
  });

const health = z
  .object({
    alive: z.boolean(),
    consecutiveFailures: z.int(),
    firstSuccess: at().optional(),
    instanceId: z.string(),
    lastSuccess: at().optional(),
    lastFailure: at().optional(),
    lastFailureCause: z.string().optional(),
  })
  .meta({ id: 'Health' });

const taskState = z.enum([
  'TASK_STAGING',
  'TASK_STARTING',
  'TASK_RUNNING',
  'TASK_KILLING',
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_ERROR',
  'TASK_UNREACHABLE',
  'TASK_GONE',
  'TASK_DROPPED',
  'TASK_UNKNOWN',
]);

export const task = z
  .object({
    appId: z.string(),
    healthCheckResults: z.array(health),
    host: z.string(),
    id: z.string(),
    ipAddresses: z.array(z.object({ ipAddress: z.string(), protocol: z.enum(['IPv4', 'IPv6']) })),
    ports: z.array(z.int()).meta({ description: 'Ports on the host, while the task is active.' }),
    servicePorts: z.array(z.int()).meta({ description: 'Filled by `GET /v2/tasks` only.' }),
    slaveId: z.string().optional().meta({ description: 'Id of the agent.' }),
    state: taskState,
    stagedAt: at().optional(),
    startedAt: at().optional(),
    version: at().optional(),
    localVolumes: z.array(
      z.object({
        runSpecId: z.string(),
        containerPath: z.string(),
        uuid: z.string(),
        persistenceId: z.string(),
      }),
    ),
    role: z.string(),
  })
  .meta({ id: 'Task', description: 'One task of an app.' });

export const taskFailure = z
  .object({
    appId: z.string(),
    host: z.string(),
    message: z.string(),
    state: z.string(),
    taskId: z.string(),
    timestamp: at(),
    version: at(),
    slaveId: z.string().optional(),
  })
  .meta({ id: 'TaskFailure', description: 'The last task of the app that ended badly.' });

const statistics = z
  .object({
    stats: z.object({
      counts: z.object({
        staged: z.int(),
        running: z.int(),
        healthy: z.int(),
        unhealthy: z.int(),
      }),
      lifeTime: z.object({ averageSeconds: z.number(), medianSeconds: z.number() }).optional(),
    }),
  })
  .meta({ id: 'TaskStatistics' });

export const tasksStats = z
  .object({
    startedAfterLastScaling: statistics.optional(),
    withLatestConfig: statistics.optional(),
    withOutdatedConfig: statistics.optional(),
    totalSummary: statistics.optional(),
  })
  .meta({ id: 'TasksStats' });

export const readinessResult = z
  .object({
    name: z.string(),
    taskId: z.string(),
    ready: z.boolean(),
    lastResponse: z
      .object({ status: z.int(), contentType: z.string(), body: z.string() })
      .optional(),
  })
  .meta({ id: 'ReadinessCheckResult' });

/** A stored definition as shown: an app, with its history. */
export const shownApp = app
  .extend({
    versionInfo: z.object({ lastScalingAt: at(), lastConfigChangeAt: at() }).optional(),
  })
  .meta({ id: 'StoredApp', description: 'A definition with every default filled in.' });

export const appInfo = shownApp
  .extend({
    tasksStaged: z.int().optional(),
    tasksRunning: z.int().optional(),
    tasksHealthy: z.int().optional(),
    tasksUnhealthy: z.int().optional(),
    deployments: z.array(z.object({ id: uuid() })).optional(),
    readinessCheckResults: z.array(readinessResult).optional(),
    tasks: z.array(task).optional(),
    lastTaskFailure: taskFailure.optional(),
    tasksStats: tasksStats.optional(),
  })
  .meta({ id: 'AppInfo', description: 'A definition and what `embed` asks for of its state.' });

const action = z.object({
  action: z.enum(['StartApplication', 'StopApplication', 'ScaleApplication', 'RestartApplication']),
  app: z.string(),
});

export const deployment = z
  .object({
    id: uuid(),
    steps: z.array(z.object({ actions: z.array(action) })),
    version: at(),
    affectedApps: z.array(z.string()),
    affectedPods: z.array(z.string()),
    currentActions: z.array(action.extend({ readinessCheckResults: z.array(readinessResult) })),
    currentStep: z.int().meta({ description: 'Counted from 1; 0 before the first step.' }),
    totalSteps: z.int(),
  })
  .meta({ id: 'Deployment', description: 'A running deployment.' });

const rejectSummary = z.array(
  z.object({ reason: z.string(), declined: z.int(), processed: z.int() }),
);

export const offeredValue = z.object({
  name: z.string(),
  role: z.string().optional(),
  scalar: z.number().optional(),
  ranges: z.array(z.object({ begin: z.int(), end: z.int() })).optional(),
  set: z.array(z.string()).optional(),
  text: z.string().optional(),
});

const unusedOffer = z
  .object({
    offer: z.object({
      id: z.string(),
      hostname: z.string(),
      agentId: z.string(),
      resources: z.array(offeredValue),
      attributes: z.array(offeredValue),
    }),
    reason: z.array(z.string()),
    timestamp: at(),
  })
  .meta({ id: 'UnusedOffer' });

const delay = z.object({ timeLeftSeconds: z.int(), overdue: z.boolean() });

export const queueItem = z
  .object({
    count: z.int().meta({ description: 'Instances still to launch.' }),
    role: z.string(),
    delay,
    since: at(),
    processedOffersSummary: z.object({
      processedOffersCount: z.int(),
      unusedOffersCount: z.int(),
      lastUnusedOfferAt: at().optional(),
      lastUsedOfferAt: at().optional(),
      rejectSummaryLastOffers: rejectSummary,
      rejectSummaryLaunchAttempt: rejectSummary,
    }),
    lastUnusedOffers: z.array(unusedOffer).optional(),
    reasons: z.array(z.string()).optional().meta({ description: 'What holds it back as a whole.' }),
    app: shownApp.extend({ lastTaskFailure: taskFailure.optional() }),
  })
  .meta({ id: 'QueueItem', description: 'An app with instances that wait to be launched.' });

export const why = z
  .object({
    id: z.string(),
    waiting: z.int().meta({ description: 'Instances that are not placed.' }),
    reasons: z.array(z.string()).meta({ description: 'What holds the app back as a whole.' }),
    agents: z.array(
      z.object({ agentId: z.string(), hostname: z.string(), refusals: z.array(z.string()) }),
    ),
    delay: delay.optional(),
  })
  .meta({ id: 'Why', description: 'Why instances of an app are not running.' });

export const info = z
  .object({
    name: z.string(),
    version: z.string(),
    buildref: z.string(),
    elected: z.boolean(),
    leader: z.string().nullable(),
    frameworkId: z.string().nullable(),
    marathon_config: z.record(z.string(), z.unknown()),
    zookeeper_config: z.record(z.string(), z.unknown()),
    http_config: z.object({ http_port: z.int(), https_port: z.int().nullable() }),
  })
  .meta({ id: 'Info' });

/** What presenters hand out is never changed again. */
export type Shown<S extends z.ZodType> = Immutable<z.output<S>>;

type Immutable<T> = T extends object ? { readonly [K in keyof T]: Immutable<T[K]> } : T;
