import {
  anyOf,
  anything,
  between,
  differs,
  each,
  exactly,
  keysInOrder,
  like,
  type Area,
  type Case,
} from '../language/index.js';
import { add, ask, idle, misshapen, tell } from './steps.js';

const TEXT = like(/^text\/plain/);
const INFO = [
  'name',
  'version',
  'buildref',
  'elected',
  'leader',
  'frameworkId',
  'marathon_config',
  'zookeeper_config',
  'http_config',
];

const ping: readonly Case[] = [
  {
    name: 'Ping is answered with pong as text.',
    source: '4.9',
    steps: [
      {
        send: 'GET /ping',
        expect: { status: 200, text: 'pong', headers: { 'content-type': TEXT } },
      },
    ],
  },
  {
    name: 'Ping for JSON is a JSON text.',
    source: '4.9',
    steps: [
      {
        send: 'GET /ping',
        headers: { accept: 'application/json' },
        expect: {
          status: 200,
          text: '"pong"',
          headers: { 'content-type': like(/^application\/json/) },
        },
      },
    ],
  },
  {
    name: 'Ping for HTML is a text.',
    source: '4.9',
    steps: [
      {
        send: 'GET /ping',
        headers: { accept: 'text/html' },
        expect: { status: 200, text: 'pong' },
      },
    ],
  },
  {
    name: 'Ping for anything else has no content.',
    source: '4.9',
    steps: [
      { send: 'GET /ping', headers: { accept: 'image/png' }, expect: { status: 204, text: '' } },
    ],
  },
];

const info: readonly Case[] = [
  {
    name: 'The info tells who this is, and who leads.',
    source: 'EVT-07',
    steps: [
      ask('GET /v2/info', 200, {
        name: like(/./),
        version: like(/^\d+\.\d+/),
        elected: true,
        leader: like(/:\d+$/),
        frameworkId: like(/./),
        marathon_config: {
          features: each(like(/./)),
          hostname: like(/./),
          local_port_min: between(0, 65_535),
          local_port_max: between(0, 65_535),
          mesos_role: like(/./),
        },
        http_config: { http_port: between(1, 65_535) },
      }),
    ],
  },
  {
    name: 'Keys of the info come in the order of the example.',
    source: '11.1',
    steps: [ask('GET /v2/info', 200, keysInOrder(...INFO))],
  },
  {
    name: 'The info shows settings that are not set as null, and no credentials.',
    source: '11.1',
    steps: [
      {
        send: 'GET /v2/info',
        expect: {
          status: 200,
          body: {
            marathon_config: {
              webui_url: anyOf(null, like(/./)),
              access_control_allow_origin: anyOf(null, [], like(/./), each(like(/./))),
            },
          },
          text: like(/^(?!.*:\/\/(?!xxxx)[^"/]+:[^"/@]+@)/),
        },
      },
    ],
  },
  {
    name: 'The default settings are those of the table.',
    source: '12',
    needs: ['settings'],
    steps: [
      ask('GET /v2/info', 200, {
        marathon_config: {
          local_port_min: 10_000,
          local_port_max: 20_000,
          mesos_role: '*',
          executor: '//cmd',
          default_network_name: null,
          env_vars_prefix: null,
          mesos_bridge_name: 'mesos-bridge',
          new_group_enforce_role: 'Off',
          max_instances_per_offer: differs({ marathon: 5, ekiden: null }),
        },
      }),
    ],
  },
];

const leader: readonly Case[] = [
  {
    name: 'There is a leader, with host and port.',
    source: 'LDR-01',
    steps: [ask('GET /v2/leader', 200, exactly({ leader: like(/^[^/]+:\d+$/) }))],
  },
  {
    name: 'Info, leader and header name the same.',
    source: 'LDR-01',
    steps: [
      { send: 'GET /v2/leader', keep: { leader: 'body.leader' } },
      {
        send: 'GET /v2/info',
        expect: {
          body: { leader: '{{leader}}' },
          headers: { 'x-marathon-leader': 'http://{{leader}}' },
        },
      },
    ],
  },
  {
    name: 'A place for a backup that is none is refused, and the leader stays.',
    source: '4.8',
    steps: [
      ask('DELETE /v2/leader?backup=nowhere', 422, { message: like(/./) }),
      ask('GET /v2/leader', 200),
    ],
  },
  {
    name: 'A leader that gives up says so, and there is one again soon.',
    source: 'LDR-02',
    needs: ['root'],
    only: 'ekiden',
    steps: [
      {
        send: 'DELETE /v2/leader',
        expect: { status: 200, body: exactly({ message: 'Leadership abdicated' }) },
      },
      {
        send: 'GET /v2/info',
        until: true,
        expect: { status: 200, body: { elected: true, leader: like(/./) } },
      },
      add(idle('/~/a')),
    ],
  },
];

const plugins: readonly Case[] = [
  {
    name: 'Plugins are a list.',
    source: '4.8',
    steps: [
      ask('GET /v2/plugins', 200, {
        plugins: each({ id: like(/./), plugin: like(/./), implementation: like(/./) }),
      }),
    ],
  },
  ...['GET', 'POST', 'PUT', 'DELETE'].map((method) => ({
    name: `${method} for a plugin that is not there is 404.`,
    source: '4.8',
    steps: [
      {
        send: `${method} /v2/plugins/no/path`,
        ...(['POST', 'PUT'].includes(method) ? { body: {} } : {}),
        expect: { status: 404, body: { message: 'No plugin with this pluginId: no' } },
      },
    ],
  })),
];

const metrics: readonly Case[] = [
  {
    name: 'Metrics are JSON by kind.',
    source: '11.3',
    steps: [
      ask('GET /metrics', 200, {
        version: like(/./),
        gauges: anything,
        counters: anything,
        histograms: anything,
        meters: anything,
        timers: anything,
      }),
    ],
  },
  {
    name: 'Metrics count apps, groups and deployments.',
    source: '11.3',
    needs: ['settings'],
    steps: [
      add(idle('/~/a')),
      ask('GET /metrics', 200, {
        gauges: {
          'marathon.apps.active.gauge': { value: between(1, 1e9) },
          'marathon.groups.active.gauge': { value: between(1, 1e9) },
          'marathon.deployments.active.gauge': { value: between(0, 1e9) },
        },
        counters: { 'marathon.deployments.counter': { count: between(1, 1e9) } },
      }),
    ],
  },
  {
    name: 'Prometheus gets its text form.',
    source: '4.9',
    steps: [
      {
        send: 'GET /metrics/prometheus',
        expect: {
          status: 200,
          headers: { 'content-type': TEXT },
          text: like(/# TYPE \w+ (gauge|counter|summary)/),
        },
      },
    ],
  },
  {
    name: 'Prometheus gets its text form by its Accept header, too.',
    source: 'issue 6',
    only: 'ekiden',
    steps: [
      {
        send: 'GET /metrics',
        headers: {
          accept:
            'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
        },
        expect: {
          status: 200,
          headers: { 'content-type': like(/^(text\/plain|application\/openmetrics-text)/) },
          text: like(/# TYPE /),
        },
      },
    ],
  },
  {
    name: 'The names of the text form have no dots.',
    source: '11.3',
    needs: ['settings'],
    steps: [
      {
        send: 'GET /metrics/prometheus',
        expect: { status: 200, text: like(/\nmarathon_apps_active_gauge(\{[^}]*\})? \d/) },
      },
    ],
  },
];

const logging: readonly Case[] = [
  {
    name: 'Loggers are shown with their levels.',
    source: '4.9',
    steps: [ask('GET /logging', 200, anything)],
  },
  {
    name: 'A level is set for a while, and the wish comes back.',
    source: '4.9',
    needs: ['global'],
    steps: [
      tell(
        'POST /logging',
        { level: 'info', logger: 'ROOT', durationSeconds: 1 },
        { status: 200, body: { level: 'info', logger: 'ROOT', durationSeconds: 1 } },
      ),
    ],
  },
  {
    name: 'A level that there is not is refused.',
    source: '4.9',
    steps: [
      tell(
        'POST /logging',
        { level: 'loud', logger: 'x' },
        misshapen('/level', 'error.unknown.enum.literal'),
      ),
    ],
  },
  {
    name: 'A logger has a name.',
    source: '4.9',
    steps: [tell('POST /logging', { level: 'debug', logger: '' }, { status: 422 })],
  },
  {
    name: 'The effective configuration is JSON.',
    source: '4.9',
    steps: [ask('GET /config', 200, anything)],
  },
];

export const system: Area = {
  name: 'system',
  about: 'ping, info, leader, plugins, metrics, logging',
  cases: [...ping, ...info, ...leader, ...plugins, ...metrics, ...logging],
};
