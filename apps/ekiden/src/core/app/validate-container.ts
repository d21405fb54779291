import type { Violation } from '../violation.js';
import type { AppDefinition, Container, LinuxInfo } from './app-definition.js';
import type { AppContext, AppSettings } from './app-settings.js';
import {
  MUST_BE_EMPTY,
  MUST_NOT_BE_EMPTY,
  NOT_DEFINED,
  featureMissing,
  unless,
} from './phrases.js';
import { PORT_FIELDS, type Rule } from './rule.js';

export const NO_WORK =
  "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.";

/** What a task runs: command, image and the container around it (marathon-api 7.2). */
export const CONTAINER_RULES: readonly Rule<AppDefinition, AppContext>[] = [
  {
    reads: ['cmd'],
    // Marathon's rule as it is, one letter is too short for it.
    judge: ({ cmd = 'none' }) => unless(cmd.length > 1, '/', 'must not be an empty string'),
  },
  {
    reads: ['cmd', 'args', ...PORT_FIELDS],
    judge: (app) => unless(namesWork(app), '/', NO_WORK),
  },
  {
    reads: ['container', 'secrets'],
    judge: (app, { settings }) =>
      app.container ? validateImage(app, app.container, settings) : [],
  },
  {
    reads: ['container'],
    judge: ({ container }) => validateLinuxInfo(container?.linuxInfo ?? {}, '/container/linuxInfo'),
  },
  { reads: ['gpus', 'container'], judge: (app, { settings }) => validateGpus(app, settings) },
];

function namesWork({ cmd, args, container }: AppDefinition): boolean {
  if (cmd !== undefined && args !== undefined) return false;
  return cmd !== undefined || args !== undefined || container !== undefined;
}

function validateImage(
  app: AppDefinition,
  { type, docker }: Container,
  settings: AppSettings,
): readonly Violation[] {
  const at = '/container/docker';
  if (docker === undefined) return unless(type === 'MESOS', at, NOT_DEFINED);
  const image = unless(docker.image !== '', `${at}/image`, MUST_NOT_BE_EMPTY);
  if (docker.pullConfig === undefined) return image;
  const path = `${at}/pullConfig`;
  return [
    ...image,
    ...unless(type === 'MESOS', path, 'pullConfig is not supported with Docker containerizer'),
    ...validatePullConfig(docker.pullConfig, app.secrets, { at: path, settings }),
  ];
}

/** The secret that an image at this place of the document is pulled with. */
export function validatePullConfig(
  { secret }: { readonly secret: string },
  secrets: AppDefinition['secrets'],
  { at, settings }: { readonly at: string; readonly settings: AppSettings },
): readonly Violation[] {
  const enabled = settings.features.has('secrets');
  return [
    ...unless(enabled, at, MUST_BE_EMPTY),
    ...unless(enabled, at, featureMissing('secrets')),
    ...unless(
      !enabled || Object.hasOwn(secrets, secret),
      at,
      'pullConfig.secret must refer to an existing secret',
    ),
  ];
}

export function validateLinuxInfo(
  { seccomp, ipcInfo }: LinuxInfo,
  at: string,
): readonly Violation[] {
  const profiled = seccomp?.profileName !== undefined;
  return [
    ...unless(
      !seccomp || !(profiled && seccomp.unconfined),
      `${at}/seccomp`,
      'Seccomp unconfined can NOT be true when Profile is defined',
    ),
    ...unless(
      !seccomp || profiled || seccomp.unconfined,
      `${at}/seccomp`,
      'Seccomp unconfined must be true when Profile is NOT defined',
    ),
    ...unless(
      ipcInfo?.mode !== 'SHARE_PARENT' || ipcInfo.shmSize === undefined,
      `${at}/ipcInfo`,
      'ipcInfo shmSize can NOT be set when mode is SHARE_PARENT',
    ),
  ];
}

function validateGpus(app: AppDefinition, settings: AppSettings): readonly Violation[] {
  if (app.gpus <= 0) return [];
  return [
    ...unless(
      app.container?.type !== 'DOCKER',
      '/',
      'GPU resources only work with the Mesos containerizer',
    ),
    ...unless(settings.features.has('gpu_resources'), '/', featureMissing('gpu_resources')),
  ];
}
