import {
  MUST_NOT_BE_EMPTY,
  expected,
  isUri,
  unless,
  validateLimitTexts,
  validateLimits,
  validateLinuxInfo,
  validatePullConfig,
  type AppSettings,
  type PodCheck,
  type PodContainer,
  type PodDefinition,
  type PodHealthCheck,
  type PodProbe,
} from '../app/index.js';
import type { Violation } from '../violation.js';
import type { PodContainerWire } from './pod-wire.js';

interface Place {
  readonly spec: PodDefinition;
  /** Of the container in the document. */
  readonly at: string;
  readonly settings: AppSettings;
}

/** What one container says by itself (marathon-api 7.6). */
export function validateContainer(container: PodContainer, place: Place): readonly Violation[] {
  const { at, spec, settings } = place;
  const { check, healthCheck, image } = container;
  const shared = spec.pod.legacySharedCgroups === true;
  return [
    ...unless(container.user !== '', `${at}/user`, MUST_NOT_BE_EMPTY),
    ...unless(
      !shared || container.resourceLimits === undefined,
      `${at}/resourceLimits`,
      'resourceLimits cannot be defined if legacySharedCgroups is enabled',
    ),
    ...validateLimits(container.resources, container.resourceLimits, `${at}/resourceLimits`),
    ...validateLinuxInfo(container.linuxInfo ?? {}, `${at}/linuxInfo`),
    ...(image?.pullConfig === undefined
      ? []
      : validatePullConfig(image.pullConfig, spec.secrets, {
          at: `${at}/image/pullConfig`,
          settings,
        })),
    ...container.artifacts.flatMap(({ uri }, index) =>
      unless(isUri(uri), `${at}/artifacts(${index})/uri`, 'URI has invalid syntax.'),
    ),
    ...(healthCheck ? validateCheck(healthCheck, container, `${at}/healthCheck`) : []),
    ...(healthCheck ? validateTiming(healthCheck, `${at}/healthCheck`) : []),
    ...(check ? validateCheck(check, container, `${at}/check`) : []),
  ];
}

/** What the canonical form has no room for. */
export function validateContainerLimits(
  { resourceLimits }: PodContainerWire,
  index: number,
): readonly Violation[] {
  return validateLimitTexts(resourceLimits, `/containers(${index})/resourceLimits`);
}

function validateCheck(check: PodCheck, container: PodContainer, at: string): readonly Violation[] {
  const kinds = [check.http, check.tcp, check.exec].filter((kind) => kind !== undefined);
  return [
    // A check that asks nothing is refused as well; Marathon would never call it unhealthy.
    ...unless(kinds.length === 1, at, 'Only one of http, tcp, or command may be specified'),
    ...validateTarget(check, container, at),
  ];
}

function validateTiming(check: PodHealthCheck, at: string): readonly Violation[] {
  return unless(
    check.timeoutSeconds < check.intervalSeconds,
    `${at}/timeoutSeconds`,
    expected(check.timeoutSeconds, `less than ${check.intervalSeconds}`),
  );
}

function validateTarget(
  { http, tcp }: PodProbe,
  { endpoints }: PodContainer,
  at: string,
): readonly Violation[] {
  const named = ([kind, probe]: readonly [string, { readonly endpoint: string } | undefined]) =>
    unless(
      probe === undefined || endpoints.some(({ name }) => name === probe.endpoint),
      `${at}/${kind}/endpoint`,
      'contained in the container endpoints',
    );
  return [...named(['http', http]), ...named(['tcp', tcp])];
}
