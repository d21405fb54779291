import { z } from 'zod';
import { ROLLOUT_PHASES } from '../../core/deployment/index.js';
import { at, number, text, texts, uuid } from './answer-fields.js';
import { readinessResult } from './responses.js';
import { shownRollout } from './rollout.js';

const action = z.object({
  action: z
    .enum([
      'StartApplication',
      'StopApplication',
      'ScaleApplication',
      'RestartApplication',
      'StartPod',
      'StopPod',
      'ScalePod',
      'RestartPod',
    ])
    .meta({ description: 'What is done.' }),
  app: text('To which app.', '/hello').optional(),
  pod: text('To which pod, instead of an app.', '/shop/cart').optional(),
});

const steps = z
  .array(z.object({ actions: z.array(action).meta({ description: 'Done side by side.' }) }))
  .meta({ description: 'Done one after the other.' });

export const deployment = z
  .object({
    id: uuid('Id of the deployment.'),
    steps,
    version: at('Version that the change gives to what it changes.'),
    affectedApps: texts('Ids of the apps that some step acts on.'),
    affectedPods: texts('Ids of the pods that some step acts on.'),
    currentActions: z
      .array(
        action.extend({
          readinessCheckResults: z
            .array(readinessResult)
            .meta({ description: 'What the new tasks say of themselves.' }),
        }),
      )
      .meta({ description: 'The actions of the step under way.' }),
    currentStep: number('Counted from 1; 0 before the first step.'),
    totalSteps: number('How many steps there are.'),
  })
  .meta({ id: 'Deployment', description: 'A running deployment.' });

const finding = z
  .object({
    rule: z
      .enum([
        'gap-in-service',
        'dependency-suspended',
        'dependency-in-a-circle',
        'dependency-without-health-check',
        'dependency-without-readiness-check',
        'rollout-without-checks',
        'deadline-within-grace',
        'host-port-in-the-way',
        'more-than-constraint-allows',
        'twins-do-not-fit',
        'two-apps-one-service',
        'more-findings',
      ])
      .meta({ description: 'By which rule.' }),
    severity: z
      .enum(['warning'])
      .meta({ description: 'It is accepted all the same; what is not is refused (422).' }),
    id: text('The app, pod or group it is about.', '/shop/db'),
    path: text('Where in its document.', '/upgradeStrategy/minimumHealthCapacity'),
    message: text('What is likely not meant so.'),
    remedy: text('What to do about it.'),
  })
  .meta({ id: 'Finding', description: 'What a rule says against a plan.' });

const findings = z.array(finding).optional().meta({
  description: 'What rules say against it, each also among `warnings`; absent = nothing.',
});

const hookRun = z.object({
  at: z
    .enum(['beforeStart', 'afterReady', 'beforePromote', 'afterPromote', 'beforeStop', 'afterStop'])
    .meta({ description: 'At which moment it runs.' }),
  scope: text('The app or group whose `rollout` brings it.', '/shop'),
  id: text('The app it concerns; a command runs from its definition.', '/shop/db'),
  slot: number('The number of the instance it concerns, in `serial`.').optional(),
  kind: z.enum(['http', 'command']).meta({ description: 'A call, or a task of its own.' }),
  state: z
    .enum(['running', 'succeeded', 'failed', 'again'])
    .meta({ description: '`again`: it is about to be tried once more.' }),
  attempt: number('How often it was begun.'),
  startedAt: at('When it was begun last.'),
  finishedAt: at('When it ended.').optional(),
  taskId: text('Of a command: the task it runs as.').optional(),
  reason: text('How it ended, where there is more to say.').optional(),
  output: text('The last it wrote or answered, 4 KiB at most; kept of the newest.').optional(),
});

const counted = (description: string) =>
  z
    .object({
      requests: number('Requests, or connections of ports that pass bytes on.'),
      errorPercent: z.number().min(0).max(100).meta({ description: 'How many of them failed.' }),
      latencyMs: z.number().min(0).meta({ description: 'Mean time to the head of a response.' }),
    })
    .meta({ description });

const rolloutTraffic = z
  .object({
    windowSeconds: number('Within so many seconds.'),
    old: counted('What came to the old version; after the switch: before it.'),
    new: counted('What came to the new version since it is given any.'),
    judgement: z.enum(['unjudged', 'good', 'bad']).meta({
      description: '`bad`: a bound of `abortOn` is exceeded, and `onFailure` happens.',
    }),
    because: text('Why it is not judged, or not compared, or which bound it exceeds.').optional(),
  })
  .meta({ id: 'RolloutTraffic', description: 'What routers have counted of two versions.' });

const rolloutProgress = z
  .object({
    scope: text('The app or group whose rollout it is.', '/shop'),
    strategy: shownRollout.shape.strategy.unwrap().meta({ description: 'How it is done.' }),
    phase: z
      .enum(ROLLOUT_PHASES)
      .meta({ description: 'From `promoted` on the new version is the live one.' }),
    since: at('Since when it is in that phase.'),
    step: number('Of a canary: the step under way, counted from 0.').optional(),
    steps: number('Of a canary: how many steps there are.').optional(),
    weight: number('Of a canary: per cent of what comes that the new version gets.').optional(),
    promotionDeadline: at('Not promoted by then, it is aborted.').optional(),
    holdUntil: at('While it holds: so long undo is one route change.').optional(),
    twins: z
      .array(
        z.object({
          id: text('The app or pod.', '/shop/web'),
          instances: number('How many of the new version there are to be in the end.'),
          serving: number('How many of the new version run, are healthy and ready.'),
          kept: number('How many of the old version are kept; absent = there was none.').optional(),
        }),
      )
      .meta({ description: 'What has two generations: promoted together.' }),
    traffic: rolloutTraffic
      .optional()
      .meta({ description: 'Absent where nothing is counted, or before and after.' }),
    replaced: texts('Those that never run twice: replaced once the others are promoted.'),
    previews: z
      .array(
        z.object({
          app: text('The app or pod.', '/shop/web'),
          port: z.int().min(1).max(65_535).meta({ description: 'Where its new version answers.' }),
        }),
      )
      .meta({ description: 'Addresses of the new version before it is live, on every router.' }),
  })
  .meta({ id: 'RolloutProgress', description: 'Two generations side by side, and how far it is.' });

export const deploymentDetails = deployment
  .extend({
    state: z
      .enum([
        'queued',
        'running',
        'paused',
        'awaitingPromotion',
        'stalled',
        'rollingBack',
        'holding',
        'succeeded',
        'failed',
        'cancelled',
      ])
      .meta({
        description:
          '`queued`: it waits for others that change the same, and holds nothing. ' +
          '`awaitingPromotion`: the new version is there, and waits for `promote`. `stalled`: ' +
          'nothing has moved for long; it is tried on. `rollingBack`: it takes another one back. ' +
          '`holding`: it has succeeded, and keeps the old version warm. The last three are ends.',
      }),
    waitingOn: z
      .array(
        z.object({
          kind: z
            .enum([
              'resume',
              'deployment',
              'offers',
              'backoff',
              'start',
              'health',
              'readiness',
              'drain',
              'stop',
              'hook',
              'agent',
              'dependency',
              'replacement',
              'capacity',
              'promotion',
              'pause',
              'router',
            ])
            .meta({ description: 'What kind of thing it is.' }),
          id: text('Which app or pod it is about.', '/shop/web').optional(),
          deployment: uuid('Which deployment it waits for, while it is queued.').optional(),
          instances: number('How many instances wait for it.'),
          message: text('The same as a sentence.', '/shop/web: 1 instance is being started'),
          since: at('Since when.'),
          until: at(
            'When something else happens at the latest; absent = never by itself.',
          ).optional(),
        }),
      )
      .meta({ description: 'What the step under way waits for; 50 things at most.' }),
    startedAt: at('When it was accepted; of one that was queued: when it began.'),
    queuedAt: at('When it was queued, if it was.').optional(),
    progressAt: at('When something last moved.'),
    stallsAt: at('While it runs: when it counts as stalled if nothing moves.').optional(),
    finishedAt: at('When it ended.').optional(),
    reason: text(
      'Why it ended so, unless it succeeded; while it waits for an operator by itself: why.',
      'The upgrade has been cancelled',
    ).optional(),
    hooks: z.array(hookRun).meta({ description: 'Hooks that were begun, in that order.' }),
    undoes: uuid('The deployment that it takes back.').optional(),
    undoneBy: uuid('The deployment that took it back.').optional(),
    rollouts: z
      .array(rolloutProgress)
      .optional()
      .meta({ description: 'Those with two generations; absent where there is none.' }),
    inPlace: z
      .array(
        z.object({
          scope: text('The app or group whose rollout it is.', '/db'),
          strategy: shownRollout.shape.strategy.unwrap().meta({ description: 'How it is done.' }),
          apps: texts('What is upgraded where it is, or new.'),
        }),
      )
      .optional()
      .meta({ description: 'Other rollouts it goes by; absent where there is none.' }),
    warnings: texts('What was accepted although it is likely not meant so.'),
    findings,
  })
  .meta({ id: 'DeploymentDetails', description: 'A running deployment, or one that has ended.' });

const plannedRollout = z
  .object({
    scope: text('The app or group whose rollout it is.', '/shop'),
    strategy: shownRollout.shape.strategy.unwrap().meta({ description: 'How it is done.' }),
    twins: texts('Apps and pods that get a second generation: promoted together.'),
    replaced: texts('Those that never run twice: replaced once the others are promoted.'),
    inPlace: texts('Those that keep one generation: upgraded where they are, or new.'),
    missing: text(
      'What the whole second generation lacks at this moment: it would wait for that.',
      '4 of 6 fit; short 1.5 cpus on 2 agents',
    ).optional(),
  })
  .meta({ id: 'PlannedRollout', description: 'What a rollout comes to in one deployment.' });

const placement = z
  .object({
    step: number('The step, counted from 1.'),
    id: text('The app or pod.', '/shop/web'),
    starts: number('How many instances the step starts in all.'),
    fit: number('How many of them have a place, also one that an earlier instance leaves.'),
    agents: z
      .array(
        z.object({
          id: text('Id of the agent.', 'agent-1'),
          host: text('Its name.', 'node-1'),
          instances: number('How many of them it takes.'),
        }),
      )
      .meta({ description: 'Where; by id.' }),
    missing: text(
      'What the others lack; absent when all fit.',
      '4 of 6 fit; short 1.5 cpus on 2 agents',
    ).optional(),
  })
  .meta({
    id: 'Placement',
    description:
      'Where the instances of one step would go, with what is free at this moment and what earlier ' +
      'steps take and leave. Nothing is reserved by it.',
  });

export const deploymentSteps = z
  .object({
    steps,
    parent: at(
      'Version of the definitions that this was computed from: with `?parent=` a write is refused once they have moved.',
    ),
    digest: text(
      'Tells this plan from others: with `?digest=` beside `?parent=` a write comes to exactly it, or is refused.',
      'b0a1c2d3e4f50617',
    ),
    rollouts: z
      .array(plannedRollout)
      .optional()
      .meta({ description: 'How what has a rollout is done; absent where nothing has.' }),
    placements: z
      .array(placement)
      .optional()
      .meta({ description: 'Of steps that start something; absent without agents to ask.' }),
    placementsLeftOut: number(
      'How many actions were not looked at, as the plan is too large; absent = none.',
    ).optional(),
    warnings: texts('What would be accepted although it is likely not meant so.').optional(),
    findings,
  })
  .meta({ id: 'DeploymentSteps', description: 'What a dry run would have started.' });

/** A write that waits for its turn (`?queue=true`). */
export const queuedDeployment = z
  .object({
    deploymentId: uuid('Id of the deployment; it keeps it when it begins.'),
    position: number('Its place among all that is queued, counted from 1.'),
    deployments: z
      .array(z.object({ id: uuid('Id of a deployment.') }))
      .meta({ description: 'Those it waits for: running ones, and others queued before it.' }),
  })
  .meta({ id: 'QueuedDeployment', description: 'A change that begins when others have ended.' });
