/**
 * Bodies of error answers to show (marathon-api 2 and 7). Each becomes a component of the document,
 * so every operation that can give one points at the same text.
 */
interface ProblemExample {
  readonly summary: string;
  readonly value: unknown;
}

const LOCKED =
  "App is locked by one or more deployments. Override with the option '?force=true'. " +
  "View details at '/v2/deployments/<DEPLOYMENT_ID>'.";

export const PROBLEM_EXAMPLES = {
  brokenJson: {
    summary: 'The body is no JSON',
    value: {
      message: 'Invalid JSON',
      details: 'Unexpected token \'x\', "{"id": x}" is not valid JSON',
    },
  },
  noBody: {
    summary: 'There is no body',
    value: {
      message: 'Please specify data in JSON format',
      details: 'the request has no body',
    },
  },
  scaleAndWipe: {
    summary: 'Scale and wipe together',
    value: { message: 'You cannot use scale and wipe at the same time.' },
  },
  noTaskId: {
    summary: 'Not the id of a task',
    value: { message: "Invalid task id 'x'. [taskId x no valid identifier]" },
  },
  noEventNumber: {
    summary: 'Not the number of an event',
    value: { message: 'Last-Event-ID has to be the id of an event of this stream, or 0 for all' },
  },
  nameAnApp: {
    summary: 'No id is given',
    value: { message: 'Name an app or a pod: /v2/why?id=/shop/web' },
  },
  unauthorized: {
    summary: '401: no or wrong credentials',
    value: { message: 'Invalid username or password.' },
  },
  noApp: { summary: 'No such app', value: { message: "App '/x' does not exist" } },
  noAppVersion: {
    summary: 'No such version of the app',
    value: { message: "App '/x' does not exist in version 2021-03-04T05:06:07.080Z" },
  },
  noGroup: { summary: 'No such group', value: { message: "Group '/x' does not exist" } },
  noPod: { summary: 'No such pod', value: { message: "Pod '/x' does not exist" } },
  noPodShown: {
    summary: 'No such pod',
    value: { message: '{"message": "pod with /x does not exist"}' },
  },
  otherPod: {
    summary: 'The body names another pod',
    value: { message: "'/x' does not match definition's id ('/y')" },
  },
  noPath: { summary: 'No such pod', value: { message: "Path '/x' does not exist" } },
  noInstanceId: {
    summary: 'Not the id of an instance',
    value: { message: "'x' is not a valid instance id" },
  },
  noTask: {
    summary: 'No such task',
    value: {
      message: "Task 'x.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1' does not exist",
    },
  },
  noDeployment: {
    summary: 'No such deployment, or it is over',
    value: {
      message: 'DeploymentPlan 5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11 does not exist',
    },
  },
  notQueued: {
    summary: 'Nothing of it waits',
    value: { message: 'Application /x not found in tasks queue.' },
  },
  noLeader: { summary: 'Nobody leads', value: { message: 'There is no leader' } },
  noAgent: {
    summary: 'No such agent',
    value: { message: "Agent 'x' does not exist" },
  },
  noUnknownTask: {
    summary: 'It does not wait for a decision',
    value: {
      message:
        "Task 'x.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1' does not wait for a decision",
    },
  },
  notAdoptable: {
    summary: 'It fits no app of today',
    value: {
      message:
        "Task 'x.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1' cannot be adopted: there is no " +
        'app /x; create it first, or remove the task',
    },
  },
  noVolume: {
    summary: 'No such volume',
    value: { message: "Volume 'x' does not exist" },
  },
  volumeInUse: {
    summary: 'An instance has it',
    value: {
      message:
        "Volume 'db_pg#data#6b1c9f3f-7c1e-11eb-9439-0242ac130002' belongs to instance " +
        'db_pg.instance-6b1c9f3e-7c1e-11eb-9439-0242ac130002 of /db/pg; delete the app, or the ' +
        'instance with its data: DELETE /v2/apps/db/pg/tasks/<task>?wipe=true',
    },
  },
  agentAnswers: {
    summary: 'It is not gone',
    value: {
      message:
        'The agent answers. Drain it with markGone to have its tasks moved first, or give it up ' +
        'with force=true: its tasks are then replaced at once.',
    },
  },
  noRole: {
    summary: 'No such role',
    value: { message: "Role 'x' has no weight, quota, framework or reservation. Did you mean *?" },
  },
  noPlugin: {
    summary: 'No such plugin',
    value: { message: 'No plugin with this pluginId: x' },
  },
  unrouted: {
    summary: 'Nothing is found here',
    value: { message: 'URI not found: /v2/x' },
  },
  askForEvents: {
    summary: 'The stream was not asked for',
    value: {
      message: 'Method Not Allowed: ask for this stream with the header Accept: text/event-stream',
    },
  },
  notAcceptable: {
    summary: 'No JSON is accepted',
    value: { message: 'Not Acceptable' },
  },
  locked: {
    summary: 'A deployment is in the way',
    value: { message: LOCKED, deployments: [{ id: '5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11' }] },
  },
  appExists: {
    summary: 'An app of this id exists',
    value: { message: 'An app with id [/x] already exists.' },
  },
  groupExists: {
    summary: 'A group of this id exists',
    value: { message: 'Group /x is already created. Use PUT to change this group.' },
  },
  podExists: {
    summary: 'A pod of this id exists',
    value: { message: 'A pod with id [/x] already exists.' },
  },
  overcommitted: {
    summary: 'More is guaranteed than there is',
    value: {
      message:
        'All guarantees together are 1000 cpus, the pool has 8 cpus. With force=true it is set all the same.',
    },
  },
  tooLarge: {
    summary: 'Larger than a setting allows',
    value: {
      message: 'Payload Too Large',
      details: 'a request body may have 16777216 bytes (EKIDEN_HTTP_BODY_LIMIT_MB)',
    },
  },
  noJsonType: {
    summary: 'The body is of another type',
    value: { message: 'Unsupported Media Type' },
  },
  wrongShape: {
    summary: 'A field has the wrong type',
    value: {
      message: 'Invalid JSON',
      details: [{ path: '/instances', errors: ['error.expected.jsnumber'] }],
    },
  },
  unknownChoice: {
    summary: 'Unknown value',
    value: {
      message: 'Object is not valid',
      details: [{ path: '/generation', errors: ['got blue, expected one of: [live, all]'] }],
    },
  },
  notValid: {
    summary: 'Rules are broken; all of them are told',
    value: {
      message: 'Object is not valid',
      details: [
        {
          path: '/',
          errors: ['must not be root', 'must not be an empty string'],
        },
        {
          path: '/upgradeStrategy/minimumHealthCapacity',
          errors: ['got 1.2, expected between 0.0 and 1.0'],
        },
      ],
    },
  },
  wrongIds: {
    summary: 'No list of ids',
    value: {
      message: 'Invalid JSON',
      details: [{ path: '/ids', errors: ['error.expected.jsarray'] }],
    },
  },
  noUuid: {
    summary: 'An older form of id without its UUID',
    value: { message: 'Invalid UUID string: bar' },
  },
  wrongStart: {
    summary: 'A time that is none',
    value: {
      message: 'Invalid JSON',
      details: [{ path: '/start', errors: ['error.expected.date.isoformat'] }],
    },
  },
  unknownHost: {
    summary: 'A host that nobody knows',
    value: {
      message: 'Object is not valid',
      details: [
        {
          path: '/windows(0)/machine_ids(0)/hostname',
          errors: ["Agent 'node9' does not exist. Did you mean node1?"],
        },
      ],
    },
  },
  wrongDeadline: {
    summary: 'A deadline out of bounds',
    value: {
      message: 'Invalid JSON',
      details: [{ path: '/deadlineSeconds', errors: ['error.min'] }],
    },
  },
  guaranteeAboveLimit: {
    summary: 'More guaranteed than allowed',
    value: {
      message: 'Object is not valid',
      details: [
        {
          path: '/quota/guarantees/cpus',
          errors: ['a guarantee of 2 cpus is more than the limit of 1 cpus'],
        },
      ],
    },
  },
  noRoleName: {
    summary: 'Not a name for a role',
    value: {
      message: 'Object is not valid',
      details: [
        {
          path: '/',
          errors: ['-x: role components are words that do not begin with -, separated by /'],
        },
      ],
    },
  },
  noTimestamp: {
    summary: 'Not a date-time',
    value: {
      message: "Invalid timestamp provided 'x'. Expecting ISO-8601 datetime string.",
    },
  },
  noSelector: {
    summary: 'Not a label selector',
    value: {
      message: "Can not parse label selector a=b. Reason: expected ',' or the end at position 1",
    },
  },
  noLeaderKnown: {
    summary: '502: a standby knows no leader',
    value: { message: 'Could not determine the current leader' },
  },
  slowLeader: {
    summary: '504: the leader is silent',
    value: { message: 'The leader did not answer in time.' },
  },
  fault: {
    summary: '500: a fault of the service; its log has more',
    value: { message: 'Internal Server Error' },
  },
  execOff: {
    summary: 'Sessions are switched off',
    value: { message: 'Sessions are switched off (EKIDEN_EXEC)' },
  },
  askForSession: {
    summary: 'A plain request',
    value: { message: 'Upgrade Required: ask with Connection: Upgrade and Upgrade: ekiden-exec' },
  },
  noTaskKept: {
    summary: 'Nothing of such a task is kept',
    value: { message: "Task 'x.instance-1._app.1' does not exist" },
  },
  noSuchFile: {
    summary: 'No such file',
    value: { message: 'There is no core in the sandbox' },
  },
  aLink: {
    summary: 'It is a link, a pipe, or a folder',
    value: { message: 'current is a link; links are not followed' },
  },
  outOfSandbox: {
    summary: 'A path that leads out',
    value: {
      message: 'Object is not valid',
      details: [{ path: '/path', errors: ['".." is not part of a path in a sandbox'] }],
    },
  },
  behindTheEnd: {
    summary: 'A range behind the end',
    value: { message: 'Range Not Satisfiable: the file has 10 bytes' },
  },
  unavailable: {
    summary: 'The service cannot do it at this moment',
    value: { message: 'The service is starting' },
  },
} as const satisfies Readonly<Record<string, ProblemExample>>;

export type ProblemName = keyof typeof PROBLEM_EXAMPLES;
