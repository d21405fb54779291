import { z } from 'zod';
import { amount, at, number, text, texts, yes } from './answer-fields.js';
import { pod } from './pod.js';

const times = {
  lastUpdated: at('When something of it was last heard.'),
  lastChanged: at('When something of it last changed.'),
};

const resources = z
  .object({
    cpus: amount('Processors.'),
    mem: amount('MiB.'),
    disk: amount('MiB.'),
    gpus: amount('Graphics processors.'),
  })
  .meta({ id: 'PodUsage', description: 'What it takes of its host.' });

const condition = z
  .object({
    name: text('What is told of it.', 'healthy'),
    value: z.enum(['true', 'false']).meta({ description: 'Whether it is so.' }),
    reason: text('How that is known.', 'health-reported-by-mesos').optional(),
    ...times,
  })
  .meta({ id: 'PodCondition', description: 'Something that holds or does not hold.' });

const termination = z
  .object({
    exitCode: z.int().optional().meta({ description: 'Exit status of its process.' }),
    message: text('What the host says of its end.').optional(),
  })
  .meta({ id: 'PodContainerEnd', description: 'How a container ended.' });

const container = z
  .object({
    name: text('Name of the container.', 'main'),
    status: text('State of its task.', 'TASK_RUNNING'),
    statusSince: at('Since when.'),
    message: text('What the host says of it.').optional(),
    conditions: z.array(condition).meta({ description: 'Its health, with a health check.' }),
    containerId: text('Id of its task.').optional(),
    endpoints: z
      .array(
        z.object({
          name: text('Name of the endpoint.', 'http'),
          allocatedHostPort: number('Port on the host.').optional(),
          healthy: yes('By the health check of the container.').optional(),
        }),
      )
      .meta({ description: 'Its endpoints.' }),
    resources: resources.optional(),
    termination: termination.optional(),
    ...times,
  })
  .meta({ id: 'PodContainerStatus', description: 'One container of an instance.' });

const instance = z
  .object({
    id: text('Id of the instance.', 'sidecar.instance-6d1f3a42-7c1e-11eb-9439-0242ac130002'),
    status: z.enum(['PENDING', 'STAGING', 'STABLE', 'DEGRADED', 'TERMINAL']).meta({
      description:
        'Waits to be launched, starts, does its work, is unreachable or not healthy, ends.',
    }),
    statusSince: at('Since when.'),
    message: text('Why it is DEGRADED.').optional(),
    conditions: z.array(condition).meta({ description: 'What is told of it as a whole.' }),
    agentHostname: text('Name of its host.', 'node1').optional(),
    agentId: text('Id of its agent.').optional(),
    agentRegion: text('Region of its agent.').optional(),
    agentZone: text('Zone of its agent.').optional(),
    resources,
    networks: z
      .array(
        z.object({
          name: text('Name of the network.').optional(),
          addresses: texts('Its addresses there.'),
        }),
      )
      .meta({ description: 'Where it can be reached.' }),
    containers: z.array(container).meta({ description: 'Its containers.' }),
    specReference: text('Where the definition is that it runs.'),
    localVolumes: z
      .array(
        z.object({
          runSpecId: text('Id of the pod.'),
          containerPath: text('Name of the volume.'),
          uuid: text('Tells it from other volumes of the same name.'),
          persistenceId: text('Id of the volume.'),
        }),
      )
      .meta({ description: 'Its persistent volumes.' }),
    ...times,
    role: text('Role whose share of the pool it uses.'),
  })
  .meta({ id: 'PodInstanceStatus', description: 'One instance of a pod.' });

const ended = z
  .object({
    instanceID: text('Id of the instance.'),
    startedAt: at('When it was started.'),
    terminatedAt: at('When it ended.'),
    message: text('What the host says of its end.').optional(),
    containers: z
      .array(
        z.object({
          containerId: text('Id of its task.'),
          lastKnownState: text('State it ended in.', 'TASK_FAILED').optional(),
          termination: termination.optional(),
        }),
      )
      .meta({ description: 'Its containers.' }),
  })
  .meta({ id: 'PodTermination', description: 'An instance that ended badly.' });

export const podStatus = z
  .object({
    id: text('Id of the pod.', '/sidecar'),
    spec: pod.meta({ description: 'The definition.' }),
    status: z.enum(['STABLE', 'DEGRADED', 'TERMINAL']).meta({
      description:
        'TERMINAL while a deployment removes the pod, STABLE with as many stable instances as wanted.',
    }),
    statusSince: at('Since when.'),
    message: text('Why it is so.').optional(),
    instances: z
      .array(instance)
      .meta({ description: 'Those that have been placed on an agent at least once.' }),
    terminationHistory: z.array(ended).meta({ description: 'The last that ended badly, if any.' }),
    ...times,
  })
  .meta({ id: 'PodStatus', description: 'A pod and what is known of its instances.' });

/** Answer to a kill (marathon-api 5.13). */
export const podInstance = z
  .object({
    instanceId: text(
      'Id of the instance.',
      'sidecar.instance-6d1f3a42-7c1e-11eb-9439-0242ac130002',
    ),
    state: z
      .object({
        condition: text('What was known of it.', 'Running'),
        since: at('Since when.'),
        activeSince: at('When it ran for the first time. While it is active.').optional(),
        healthy: yes('By its health checks, once they say something.').optional(),
        goal: z
          .enum(['Running', 'Stopped', 'Decommissioned'])
          .meta({ description: 'What was wanted of it.' }),
      })
      .meta({ description: 'As it was when the kill was ordered.' }),
    agentInfo: z
      .object({
        host: text('Name of its host.', 'node1'),
        agentId: text('Id of its agent.').optional(),
        region: text('Region of its agent.').optional(),
        zone: text('Zone of its agent.').optional(),
        attributes: texts('Always empty.'),
      })
      .optional()
      .meta({ description: 'Where it is, if it was placed.' }),
    runSpecVersion: at('Version of the pod it runs.'),
    unreachableStrategy: z
      .union([
        z.string().meta({ title: 'Disabled' }),
        z
          .object({
            inactiveAfterSeconds: number('Seconds.'),
            expungeAfterSeconds: number('Seconds.'),
          })
          .meta({ title: 'After' }),
      ])
      .meta({ description: 'When it is replaced and forgotten on an unreachable agent.' }),
  })
  .meta({ id: 'PodInstance', description: 'An instance whose kill was ordered.' });

export const instanceIds = z
  .array(z.string())
  .meta({ id: 'InstanceIds', description: 'Ids of instances; unknown ones are passed over.' });
