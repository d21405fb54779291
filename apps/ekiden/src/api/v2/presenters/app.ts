import { formatTimestamp } from '@ekiden/kernel';
import type {
  AppDefinition,
  AppVolume,
  Container,
  HealthCheck,
  PersistentVolume,
} from '../../../core/app/index.js';
import type { Shown, shownApp } from '../../schemas/index.js';
import { given, some, someKeys } from './given.js';

/** An app as shown, in Marathon's order of keys; without value = without key (marathon-api 5.1). */
export type ShownApp = Shown<typeof shownApp>;

/** The form of each definition, which never changes, is made once. */
const shown = new WeakMap<AppDefinition, ShownApp>();

export function presentApp(app: AppDefinition): ShownApp {
  const known = shown.get(app);
  if (known !== undefined) return known;
  const made = make(app);
  shown.set(app, made);
  return made;
}

/** The form in the answer to a creation: nothing has been stored yet, so there is no history. */
export function presentCreated(app: AppDefinition): ShownApp {
  const { versionInfo: _history, ...rest } = presentApp(app);
  return rest;
}

function make(app: AppDefinition): ShownApp {
  return {
    id: app.id,
    ...some('acceptedResourceRoles', app.acceptedResourceRoles),
    ...some('args', app.args),
    backoffFactor: app.backoffFactor,
    backoffSeconds: app.backoffSeconds,
    ...given('cmd', app.cmd),
    ...some('constraints', app.constraints.map(presentConstraint)),
    ...(app.container === undefined ? {} : { container: presentContainer(app.container) }),
    cpus: app.cpus,
    ...some('dependencies', app.dependencies),
    ...given('dependencyRules', app.dependencyRules),
    disk: app.disk,
    ...someKeys('env', app.env),
    executor: app.executor,
    ...given('executorResources', app.executorResources),
    ...some('fetch', app.fetch.map(presentArtifact)),
    ...some('healthChecks', app.healthChecks.map(presentHealthCheck)),
    ...given('check', app.check),
    instances: app.instances,
    labels: app.labels,
    maxLaunchDelaySeconds: app.maxLaunchDelaySeconds,
    mem: app.mem,
    gpus: app.gpus,
    networks: app.networks.map(({ mode, name, labels }) => ({
      ...given('name', name),
      mode,
      ...someKeys('labels', labels),
    })),
    ...(app.portDefinitions === undefined
      ? {}
      : {
          portDefinitions: app.portDefinitions.map(({ port, labels, name, protocol }) => ({
            port,
            ...someKeys('labels', labels),
            ...given('name', name),
            protocol,
          })),
        }),
    ...some('readinessChecks', app.readinessChecks.map(presentReadinessCheck)),
    ...given('residency', app.residency),
    ...given('resourceLimits', app.resourceLimits),
    requirePorts: app.requirePorts,
    ...someKeys('secrets', app.secrets),
    ...given('taskKillGracePeriodSeconds', app.taskKillGracePeriodSeconds),
    upgradeStrategy: {
      maximumOverCapacity: app.upgradeStrategy.maximumOverCapacity,
      minimumHealthCapacity: app.upgradeStrategy.minimumHealthCapacity,
    },
    ...given('user', app.user),
    version: formatTimestamp(app.version),
    versionInfo: {
      lastScalingAt: formatTimestamp(app.versionInfo.lastScalingAt),
      lastConfigChangeAt: formatTimestamp(app.versionInfo.lastConfigChangeAt),
    },
    killSelection: app.killSelection,
    unreachableStrategy: app.unreachableStrategy,
    ...given('priority', app.priority),
    ...given('tty', app.tty),
    role: app.role,
  };
}

function presentConstraint({ field, operator, value }: AppDefinition['constraints'][number]) {
  return value === undefined ? [field, operator] : [field, operator, value];
}

export function presentArtifact({
  uri,
  extract,
  executable,
  cache,
  destPath,
}: AppDefinition['fetch'][0]) {
  return { uri, extract, executable, cache, ...given('destPath', destPath) };
}

/** One health check as Marathon shows it (marathon-api 5.4.1). */
export function presentHealthCheck(check: HealthCheck) {
  const http = check.protocol === 'HTTP' || check.protocol === 'HTTPS';
  return {
    ...given('command', check.command),
    gracePeriodSeconds: check.gracePeriodSeconds,
    ...(http ? { ignoreHttp1xx: check.ignoreHttp1xx } : {}),
    intervalSeconds: check.intervalSeconds,
    maxConsecutiveFailures: check.maxConsecutiveFailures,
    ...given('path', check.path),
    ...given('port', check.port),
    ...given('portIndex', check.portIndex),
    ...given('portName', check.portName),
    ...given('service', check.service),
    protocol: check.protocol,
    ipProtocol: check.ipProtocol,
    timeoutSeconds: check.timeoutSeconds,
    delaySeconds: check.delaySeconds,
  };
}

function presentReadinessCheck(check: AppDefinition['readinessChecks'][0]) {
  return {
    name: check.name,
    protocol: check.protocol,
    path: check.path,
    portName: check.portName,
    intervalSeconds: check.intervalSeconds,
    timeoutSeconds: check.timeoutSeconds,
    httpStatusCodesForReady: check.httpStatusCodesForReady,
    preserveLastResponse: check.preserveLastResponse,
  };
}

function presentContainer({ type, docker, linuxInfo, volumes, portMappings }: Container) {
  return {
    type,
    ...(docker === undefined ? {} : { docker: presentDocker(docker) }),
    ...given('linuxInfo', linuxInfo),
    volumes: volumes.map(presentVolume),
    ...(portMappings === undefined ? {} : { portMappings: portMappings.map(presentMapping) }),
  };
}

function presentDocker(docker: NonNullable<Container['docker']>) {
  return {
    ...given('pullConfig', docker.pullConfig),
    forcePullImage: docker.forcePullImage,
    image: docker.image,
    parameters: docker.parameters,
    privileged: docker.privileged,
  };
}

function presentMapping(mapping: NonNullable<Container['portMappings']>[0]) {
  return {
    containerPort: mapping.containerPort,
    ...given('hostPort', mapping.hostPort),
    labels: mapping.labels,
    ...given('name', mapping.name),
    protocol: mapping.protocol,
    servicePort: mapping.servicePort,
    ...some('networkNames', mapping.networkNames),
  };
}

function presentVolume(volume: AppVolume) {
  const { containerPath } = volume;
  switch (volume.kind) {
    case 'persistent': {
      const persistent = presentPersistent(volume.persistent);
      return { containerPath, persistent, mode: volume.mode };
    }
    case 'external':
      return { containerPath, external: volume.external, mode: volume.mode };
    case 'secret':
      return { containerPath, secret: volume.secret };
    case 'host':
      return { containerPath, hostPath: volume.hostPath, mode: volume.mode };
  }
}

/** A persistent volume of an app or of a pod. */
export function presentPersistent(volume: PersistentVolume) {
  const { type, size, maxSize, profileName, constraints } = volume;
  return {
    type,
    size,
    ...given('maxSize', maxSize),
    ...given('profileName', profileName),
    constraints,
  };
}
