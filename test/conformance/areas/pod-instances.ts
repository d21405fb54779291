import {
  between,
  containing,
  inAnyOrder,
  like,
  timestamp,
  without,
  type Area,
  type Case,
} from '../language/index.js';
import { ask, tell } from './steps.js';
import {
  addPod,
  container,
  idlePod,
  podChanged,
  sleepingPod,
  stable,
  stuckPod,
} from './pod-steps.js';

const RUNS = { needs: ['tasks'] } as const;

const cases: readonly Case[] = [
  {
    name: 'All containers of a pod run in one instance, and the status tells of each.',
    source: 'POD-01',
    ...RUNS,
    steps: [
      addPod(sleepingPod('/~/p', 1, { containers: [container('one'), container('two')] })),
      stable('/~/p', 1),
      ask('GET /v2/pods/~/p::status', 200, {
        id: '/~/p',
        spec: { id: '/~/p' },
        status: 'STABLE',
        statusSince: like(/Z$|\+/),
        lastUpdated: like(/./),
        lastChanged: like(/./),
        terminationHistory: [],
        instances: [
          {
            id: like(/^~_p\.instance-/),
            status: 'STABLE',
            agentHostname: like(/./),
            agentId: like(/./),
            resources: { cpus: between(0.1, 0.2), mem: 96 },
            specReference: like(/^\/v2\/pods\/~\/p::versions\//),
            localVolumes: [],
            role: like(/./),
            containers: inAnyOrder(
              { name: 'one', status: 'TASK_RUNNING', containerId: like(/\.one\.1$/) },
              { name: 'two', status: 'TASK_RUNNING', containerId: like(/\.two\.1$/) },
            ),
          },
        ],
      }),
      ask('GET /v2/pods/::status', 200, containing({ id: '/~/p' })),
    ],
  },
  {
    name: 'A pod scales up and down.',
    source: 'POD-02',
    ...RUNS,
    steps: [
      addPod(sleepingPod('/~/p', 1)),
      stable('/~/p', 1),
      tell('PUT /v2/pods/~/p', sleepingPod('/~/p', 2), podChanged),
      stable('/~/p', 2),
      {
        send: 'GET /v2/deployments',
        until: true,
        expect: { body: without({ affectedPods: containing('/~/p') }) },
      },
      tell('PUT /v2/pods/~/p', sleepingPod('/~/p', 0), podChanged),
      stable('/~/p', 0),
    ],
  },
  {
    name: 'DELETE of an instance answers it, and it is replaced.',
    source: 'POD-06',
    ...RUNS,
    steps: [
      addPod(sleepingPod('/~/p', 1)),
      stable('/~/p', 1),
      {
        send: 'GET /v2/pods/~/p::status',
        keep: {
          instance: 'body.instances.0.id',
          container: 'body.instances.0.containers.0.containerId',
        },
      },
      {
        send: 'DELETE /v2/pods/~/p::instances/{{instance}}',
        expect: {
          status: 200,
          body: {
            instanceId: '{{instance}}',
            runSpecVersion: timestamp,
            state: { condition: like(/./), since: timestamp, goal: like(/./) },
          },
        },
      },
      {
        send: 'GET /v2/pods/~/p::status',
        until: true,
        expect: {
          body: {
            instances: [
              { status: 'STABLE', containers: [{ containerId: like(/^(?!{{container}}$)/) }] },
            ],
          },
        },
      },
    ],
  },
  {
    name: 'A list of instances to end leaves out unknown ones.',
    source: '4.3',
    ...RUNS,
    steps: [
      addPod(sleepingPod('/~/p', 1)),
      stable('/~/p', 1),
      { send: 'GET /v2/pods/~/p::status', keep: { instance: 'body.instances.0.id' } },
      {
        send: 'DELETE /v2/pods/~/p::instances',
        body: ['{{instance}}', '~_p.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002'],
        expect: { status: 200, body: [{ instanceId: '{{instance}}' }] },
      },
    ],
  },
  {
    name: 'An unknown instance of a pod is 404.',
    source: '2.4',
    steps: [
      addPod(idlePod('/~/p')),
      ask('DELETE /v2/pods/~/p::instances/~_p.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002', 404, {
        message: "Task '~_p.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002' does not exist",
      }),
    ],
  },
  {
    name: 'Tasks of pods are not killed by the list of tasks.',
    source: 'POD-07',
    ...RUNS,
    steps: [
      addPod(sleepingPod('/~/p', 1)),
      stable('/~/p', 1),
      {
        send: 'GET /v2/pods/~/p::status',
        keep: { task: 'body.instances.0.containers.0.containerId' },
      },
      tell('POST /v2/tasks/delete', { ids: ['{{task}}'] }, { status: 200, body: { tasks: [] } }),
      ask('GET /v2/tasks', 200, { tasks: without({ id: '{{task}}' }) }),
    ],
  },
  {
    name: 'A pod that waits is changed and scaled with force, and deleted.',
    source: 'POD-02',
    steps: [
      addPod(stuckPod('/~/p')),
      tell('PUT /v2/pods/~/p?force=true', sleepingPod('/~/p', 0), podChanged),
      ask('GET /v2/pods/~/p', 200, { scaling: { instances: 0 } }),
      stable('/~/p', 0),
      { send: 'DELETE /v2/pods/~/p?force=true', expect: { status: 202 } },
      ask('GET /v2/pods/~/p', 404),
    ],
  },
  {
    name: 'The status of every pod is a plain list.',
    source: '4.3',
    steps: [
      addPod(idlePod('/~/p')),
      ask(
        'GET /v2/pods/::status',
        200,
        containing({ id: '/~/p', status: 'STABLE', instances: [] }),
      ),
    ],
  },
  {
    name: 'An id of an instance that is none is 422.',
    source: '4.3',
    steps: [addPod(idlePod('/~/p')), ask('DELETE /v2/pods/~/p::instances/garbage', 422)],
  },
  {
    name: 'Instances of an unknown pod are 404.',
    source: '2.4',
    steps: [
      {
        send: 'DELETE /v2/pods/~/no::instances',
        body: ['~_no.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002'],
        expect: { status: 404, body: { message: "Path '/~/no' does not exist" } },
      },
    ],
  },
];

export const podInstances: Area = {
  name: 'podinstances',
  about: 'instances of pods: status, scaling, ends',
  cases,
};
