import { formatTimestamp } from '@ekiden/kernel';
import type {
  PodContainer,
  PodDefinition,
  PodEndpoint,
  PodImage,
  PodProbe,
  PodVolume,
} from '../../../core/app/index.js';
import type { Shown, pod } from '../../schemas/index.js';
import { presentArtifact, presentPersistent } from './app.js';
import { given, some, someKeys } from './given.js';

/** A pod as shown, in Marathon's order of keys; without value = without key (marathon-api 5.14). */
export type ShownPod = Shown<typeof pod>;

/** The form of each definition, which never changes, is made once. */
const shown = new WeakMap<PodDefinition, ShownPod>();

export function presentPod(spec: PodDefinition): ShownPod {
  const known = shown.get(spec);
  if (known !== undefined) return known;
  const made = make(spec);
  shown.set(spec, made);
  return made;
}

function make(spec: PodDefinition): ShownPod {
  const { containers, volumes, linuxInfo, legacySharedCgroups } = spec.pod;
  return {
    id: spec.id,
    ...someKeys('labels', spec.labels),
    version: formatTimestamp(spec.version),
    ...given('user', spec.user),
    ...someKeys('environment', spec.env),
    containers: containers.map(presentContainer),
    ...someKeys('secrets', spec.secrets),
    ...some('volumes', volumes.map(presentVolume)),
    ...some('networks', spec.networks.map(presentNetwork)),
    scaling: { instances: spec.instances, kind: 'fixed' },
    scheduling: presentScheduling(spec),
    ...given('executorResources', spec.executorResources),
    role: spec.role,
    ...given('linuxInfo', linuxInfo),
    ...given('legacySharedCgroups', legacySharedCgroups),
  };
}

function presentNetwork({ mode, name, labels }: PodDefinition['networks'][0]) {
  return { ...given('name', name), mode, ...someKeys('labels', labels) };
}

function presentScheduling(spec: PodDefinition) {
  const { minimumHealthCapacity, maximumOverCapacity } = spec.upgradeStrategy;
  return {
    backoff: {
      backoff: spec.backoffSeconds,
      backoffFactor: spec.backoffFactor,
      maxLaunchDelay: spec.maxLaunchDelaySeconds,
    },
    upgrade: { minimumHealthCapacity, maximumOverCapacity },
    placement: {
      ...some(
        'constraints',
        spec.constraints.map(({ field, operator, value }) => ({
          fieldName: field,
          operator,
          ...given('value', value),
        })),
      ),
      ...some('acceptedResourceRoles', spec.acceptedResourceRoles),
    },
    killSelection: spec.killSelection,
    unreachableStrategy: spec.unreachableStrategy,
  };
}

function presentVolume(volume: PodVolume) {
  const { name } = volume;
  switch (volume.kind) {
    case 'persistent':
      return { name, persistent: presentPersistent(volume.persistent) };
    case 'secret':
      return { name, secret: volume.secret };
    case 'host':
      return { name, host: volume.host };
    case 'ephemeral':
      return { name };
  }
}

function presentContainer(container: PodContainer) {
  const { exec, image, healthCheck, check } = container;
  return {
    name: container.name,
    ...given('exec', exec),
    resources: container.resources,
    ...given('resourceLimits', container.resourceLimits),
    ...some('endpoints', container.endpoints.map(presentEndpoint)),
    ...given('linuxInfo', container.linuxInfo),
    ...given('image', image && presentImage(image)),
    ...someKeys('environment', container.environment),
    ...given('user', container.user),
    ...given(
      'healthCheck',
      healthCheck && {
        ...presentProbe(healthCheck),
        gracePeriodSeconds: healthCheck.gracePeriodSeconds,
        intervalSeconds: healthCheck.intervalSeconds,
        maxConsecutiveFailures: healthCheck.maxConsecutiveFailures,
        timeoutSeconds: healthCheck.timeoutSeconds,
        delaySeconds: healthCheck.delaySeconds,
      },
    ),
    ...given(
      'check',
      check && {
        ...presentProbe(check),
        intervalSeconds: check.intervalSeconds,
        timeoutSeconds: check.timeoutSeconds,
        delaySeconds: check.delaySeconds,
      },
    ),
    ...some('volumeMounts', container.volumeMounts),
    ...some('artifacts', container.artifacts.map(presentArtifact)),
    ...someKeys('labels', container.labels),
    ...given('lifecycle', container.lifecycle),
    ...given('tty', container.tty),
  };
}

function presentEndpoint(endpoint: PodEndpoint) {
  return {
    name: endpoint.name,
    ...given('containerPort', endpoint.containerPort),
    ...given('hostPort', endpoint.hostPort),
    ...some('protocol', endpoint.protocol),
    ...someKeys('labels', endpoint.labels),
    ...some('networkNames', endpoint.networkNames),
  };
}

function presentImage(image: PodImage) {
  return {
    kind: image.kind,
    id: image.id,
    ...given('pullConfig', image.pullConfig),
    ...given('forcePull', image.forcePull),
    ...someKeys('labels', image.labels),
  };
}

function presentProbe({ http, tcp, exec }: PodProbe) {
  return { ...given('http', http), ...given('tcp', tcp), ...given('exec', exec) };
}
