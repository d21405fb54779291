import { isRunFlag, type AppDefinition, type ExternalVolume } from '@ekiden/definitions';
import type { Note } from './report.js';

/** What this version does with a sound app, where that is not what Marathon did. */
export interface AppNotes {
  readonly changed: readonly Note[];
  readonly lost: readonly Note[];
  readonly needs: readonly Note[];
}

type Level = keyof AppNotes;
type Rule = (app: AppDefinition) => readonly (readonly [Level, path: string, text: string])[];

export function notesOf(app: AppDefinition): AppNotes {
  const all = RULES.flatMap((rule) => rule(app));
  const of = (level: Level): readonly Note[] =>
    all.filter(([one]) => one === level).map(([, path, text]) => ({ path, text }));
  return { changed: of('changed'), lost: of('lost'), needs: of('needs') };
}

const RULES: readonly Rule[] = [
  containerizer,
  volumes,
  networks,
  dockerParameters,
  secrets,
  accelerators,
  isolation,
  checks,
  executor,
  fetching,
  placement,
  mesosItself,
  virtualAddresses,
];

function hasImage({ container }: AppDefinition): boolean {
  return container?.docker !== undefined;
}

function containerizer(app: AppDefinition): ReturnType<Rule> {
  if (app.container?.type !== 'MESOS') return [];
  if (hasImage(app)) {
    return [
      [
        'changed',
        'container.type',
        'the image runs on a Docker engine, not in the Mesos containerizer',
      ],
    ];
  }
  return [['changed', 'container.type', 'without an image it runs as a plain process of the host']];
}

function volumes(app: AppDefinition): ReturnType<Rule> {
  return (app.container?.volumes ?? []).flatMap((volume, at): ReturnType<Rule> => {
    const path = `container.volumes[${at}]`;
    switch (volume.kind) {
      case 'persistent':
        return [
          [
            'needs',
            path,
            `the data of each instance: its new volume at ${volume.containerPath} begins empty`,
          ],
        ];
      case 'secret':
        return [
          ['lost', path, `this version hands out no secrets: no file at ${volume.containerPath}`],
        ];
      case 'external':
        return externalVolume(volume.external, path, hasImage(app));
      case 'host':
        if (hasImage(app)) return [];
        return [
          [
            'lost',
            path,
            `a plain process sees ${volume.hostPath} where it is, not at ${volume.containerPath}`,
          ],
        ];
    }
  });
}

function externalVolume(
  external: ExternalVolume,
  path: string,
  inDocker: boolean,
): ReturnType<Rule> {
  const feature = ['needs', path, 'EKIDEN_FEATURES=external_volumes on the service'] as const;
  if (external.provider === 'csi') {
    return [feature, ['lost', path, 'this version mounts no CSI volumes']];
  }
  if (!inDocker) {
    return [feature, ['lost', path, 'only containers with an image get external volumes']];
  }
  return [feature, ['needs', path, "the volume's Docker plugin on the engine (dvdi/driver)"]];
}

function networks(app: AppDefinition): ReturnType<Rule> {
  const [network] = app.networks;
  if (network === undefined || network.mode === 'host') return [];
  if (!hasImage(app)) {
    return [
      [
        'lost',
        'networks',
        `a plain process is on the host's network: no address or port mapping of its own`,
      ],
    ];
  }
  if (network.mode !== 'container') return [];
  return [
    [
      'needs',
      'networks',
      `a network "${network.name ?? ''}" on every Docker engine (docker network create)`,
    ],
  ];
}

function dockerParameters(app: AppDefinition): ReturnType<Rule> {
  const parameters = app.container?.docker?.parameters ?? [];
  return parameters.flatMap(({ key }, at): ReturnType<Rule> => {
    const path = `container.docker.parameters[${at}]`;
    if (['restart', 'rm', 'detach', 'd'].includes(key.replace(/^-+/, ''))) {
      return [['changed', path, `"${key}" is left out: restarting is the service's business`]];
    }
    if (isRunFlag(key)) return [];
    return [
      ['lost', path, `"${key}" is no flag of docker run that is supported: its tasks would fail`],
    ];
  });
}

function secrets(app: AppDefinition): ReturnType<Rule> {
  const names = Object.entries(app.env).flatMap(([name, value]) =>
    typeof value === 'string' ? [] : [name],
  );
  const inEnv = names.map(
    (name) =>
      [
        'lost',
        `env.${name}`,
        'this version hands out no secrets: the variable is not set',
      ] as const,
  );
  const pull = app.container?.docker?.pullConfig;
  const used = names.length > 0 || Object.keys(app.secrets).length > 0 || pull !== undefined;
  return [
    ...(used ? [['needs', 'secrets', 'EKIDEN_FEATURES=secrets on the service'] as const] : []),
    ...inEnv,
    ...(pull === undefined
      ? []
      : [
          [
            'lost',
            'container.docker.pullConfig',
            "this version hands out no secrets: log in to the registry with Docker's config.json (EKIDEN_DOCKER_CONFIG)",
          ] as const,
        ]),
  ];
}

function accelerators({ gpus }: AppDefinition): ReturnType<Rule> {
  if (gpus === 0) return [];
  return [
    [
      'needs',
      'gpus',
      'EKIDEN_FEATURES=gpu_resources, and hosts that offer them (EKIDEN_AGENT_RESOURCES="...;gpus:1")',
    ],
    ['lost', 'gpus', 'they are counted, no device is handed to the task'],
  ];
}

function isolation({ container, tty, ...app }: AppDefinition): ReturnType<Rule> {
  const info = container?.linuxInfo;
  return [
    ...(info === undefined
      ? []
      : [
          [
            'lost',
            'container.linuxInfo',
            'seccomp and IPC settings of Mesos are not applied',
          ] as const,
        ]),
    ...(tty === true && container?.docker === undefined
      ? [['lost', 'tty', 'only containers with an image get a terminal'] as const]
      : []),
    ...(app.user !== undefined && container?.docker === undefined && app.user !== 'root'
      ? [
          [
            'needs',
            'user',
            `the user "${app.user}" on every host, and a service that runs as root`,
          ] as const,
        ]
      : []),
  ];
}

function checks(app: AppDefinition): ReturnType<Rule> {
  const mesos = app.healthChecks.some(({ protocol }) => protocol.startsWith('MESOS_'));
  return [
    ...(mesos
      ? [
          [
            'changed',
            'healthChecks',
            'MESOS_* checks are asked by the service over the network, as the others',
          ] as const,
        ]
      : []),
    ...(app.check === undefined
      ? []
      : [['lost', 'check', 'checks without consequences are not run in this version'] as const]),
  ];
}

function executor(app: AppDefinition): ReturnType<Rule> {
  if (app.executor === '' || app.executor === '//cmd') return [];
  return [['lost', 'executor', 'there are no Mesos executors: the command runs by itself']];
}

function fetching({ fetch }: AppDefinition): ReturnType<Rule> {
  return fetch.flatMap(({ uri }, at): ReturnType<Rule> => {
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase();
    if (scheme === undefined) {
      if (uri === '') return [];
      return [
        [
          'needs',
          `fetch[${at}]`,
          `${uri} under EKIDEN_FETCH_ROOT, or by its absolute path on the host`,
        ],
      ];
    }
    if (scheme === 'http' || scheme === 'https') return [];
    if (scheme === 'file') return [['needs', `fetch[${at}]`, `${uri} on every host`]];
    return [['lost', `fetch[${at}]`, `${scheme}: is not fetched, its tasks would fail`]];
  });
}

const KNOWN_FIELDS = new Set(['hostname', '@hostname']);

function placement({ constraints }: AppDefinition): ReturnType<Rule> {
  const fields = [...new Set(constraints.map(({ field }) => field))];
  return fields
    .filter((field) => !KNOWN_FIELDS.has(field))
    .map((field) => [
      'needs',
      'constraints',
      `hosts with the attribute ${field} (EKIDEN_AGENT_ATTRIBUTES="${field.replace(/^@/, '')}:...")`,
    ]);
}

const MESOS_NAMES =
  /\/opt\/mesosphere\/|\bzk:\/\/|\b(?:leader|master)\.mesos\b|\bmarathon\.mesos\b|\.mesos:\d/;

/** Frameworks and tools that talk to Mesos, by the names of DC/OS. */
function mesosItself(app: AppDefinition): ReturnType<Rule> {
  const texts = [
    app.cmd ?? '',
    ...(app.args ?? []),
    ...Object.values(app.env).filter((value) => typeof value === 'string'),
  ];
  if (!texts.some((text) => MESOS_NAMES.test(text))) return [];
  return [
    [
      'lost',
      '',
      'it uses Mesos or DC/OS themselves (zk://, *.mesos, /opt/mesosphere), which are not there',
    ],
  ];
}

function virtualAddresses(app: AppDefinition): ReturnType<Rule> {
  const ports = [...(app.portDefinitions ?? []), ...(app.container?.portMappings ?? [])];
  const labels = ports.flatMap((port) => Object.keys(port.labels));
  if (!labels.some((label) => /^VIP_\d/.test(label))) return [];
  return [
    [
      'lost',
      'labels VIP_n',
      'there are no virtual addresses of DC/OS: reach it at its service port',
    ],
  ];
}
