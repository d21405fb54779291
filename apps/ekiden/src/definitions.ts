import { ChanceIdSource, SeededChance, millis, type Result } from '@ekiden/kernel';
import type { z } from 'zod';
import { app as appSchema } from './api/schemas/app.js';
import { pod as podSchema } from './api/schemas/pod.js';
import { parseValue, readTree } from './api/schemas/tree-document.js';
import { withoutNulls } from './api/schemas/without-nulls.js';
import { presentApp } from './api/v2/presenters/app.js';
import { presentPlannedRollouts, presentSteps } from './api/v2/presenters/deployment.js';
import { presentPod } from './api/v2/presenters/pod.js';
import { rolloutOf } from './api/v2/presenters/rollout.js';
import {
  DEFAULT_APP_SETTINGS,
  createApp,
  podObstacle,
  resolveId,
  type AppContext,
  type AppDefinition,
  type AppSettings,
  type ExternalVolume,
  type PodDefinition,
  type Rollout,
} from './core/app/index.js';
import { planBetween } from './core/commands/index.js';
import type { Finding } from './core/deployment/index.js';
import { buildPod } from './core/pod/index.js';
import { DEFAULT_SETTINGS } from './core/turn/index.js';
import type { Violation } from './core/violation.js';

/*
 * The service's own rules about definitions, for programs beside it (ADR 0035): pure, without Nest,
 * a database or a server. Whoever asks here gets the verdict that a POST would get.
 */

export { isRunFlag } from '@ekiden/host-docker/flags';
export { podObstacle };
export type { AppDefinition, AppSettings, ExternalVolume, Violation };

/** What a service would make of a complete document. */
export type Verdict<T> =
  | {
      readonly sound: true;
      readonly definition: T;
      /** As the service would show it, without version and history; service ports 0 stay 0. */
      readonly shown: Readonly<Record<string, unknown>>;
    }
  | { readonly sound: false; readonly violations: readonly Violation[] };

/** The service that is asked in thought; defaults where nothing is said. */
export interface Judge {
  readonly settings?: Partial<AppSettings>;
  /** Of the top-level group around the definition. */
  readonly enforceRole?: boolean;
}

/** By the rules for a new app. */
export function judgeApp(document: unknown, judge: Judge = {}): Verdict<AppDefinition> {
  return judgeBy(appSchema, document, judge, createApp, presentApp);
}

/** By the rules for a new pod. */
export function judgePod(document: unknown, judge: Judge = {}): Verdict<PodDefinition> {
  return judgeBy(
    podSchema,
    document,
    judge,
    (wire, context) => buildPod(wire, undefined, context),
    presentPod,
  );
}

function judgeBy<
  S extends z.ZodType<{ readonly id: string }>,
  D extends { readonly rollout?: Rollout },
>(
  schema: S,
  document: unknown,
  { settings = {}, enforceRole = false }: Judge,
  build: (wire: z.output<S>, context: AppContext) => Result<D, readonly Violation[]>,
  present: (definition: D) => object,
): Verdict<D> {
  const input = withoutNulls(document);
  const parsed = parseValue(schema, input);
  if (!parsed.ok) return { sound: false, violations: parsed.error };
  const built = build(parsed.value, {
    id: resolveId(parsed.value.id),
    now: millis(0),
    settings: { ...DEFAULT_APP_SETTINGS, ...settings },
    enforceRole,
  });
  if (!built.ok) return { sound: false, violations: built.error };
  const whole = { ...present(built.value), ...rolloutOf(built.value, true) };
  const shown = Object.entries(whole).filter(
    ([name]) => name !== 'version' && name !== 'versionInfo',
  );
  return { sound: true, definition: built.value, shown: Object.fromEntries(shown) };
}

/** The plan from one tree to another, as a dry run shows it, and what waits for what. */
export interface TreePlan {
  readonly steps: ReturnType<typeof presentSteps>['steps'];
  /** How what has a rollout is done; absent where nothing has. */
  readonly rollouts?: ReturnType<typeof presentPlannedRollouts>;
  /** Everything of the target; level 1 depends on nothing, each other one on one below it. */
  readonly levels: readonly { readonly level: number; readonly ids: readonly string[] }[];
  readonly warnings: readonly string[];
  /** What rules say against it; absent = nothing. */
  readonly findings?: readonly Finding[];
}

export type TreeVerdict =
  | { readonly sound: true; readonly plan: TreePlan }
  | {
      readonly sound: false;
      /** The document that breaks rules. */
      readonly document: 'from' | 'to';
      readonly violations: readonly Violation[];
    };

/**
 * What a service that runs exactly `from` would do to run exactly `to`: both are whole states of the
 * same group, a list that is left out is an empty one. What they refer to beyond their group is taken
 * for given, with a warning.
 */
export function planTrees(from: unknown, to: unknown, { settings = {} }: Judge = {}): TreeVerdict {
  const before = readTree(from);
  if (!before.ok) return { sound: false, document: 'from', violations: before.error };
  const after = readTree(to);
  if (!after.ok) return { sound: false, document: 'to', violations: after.error };
  const planned = planBetween(before.value, after.value, {
    settings: {
      ...DEFAULT_SETTINGS,
      apps: { ...DEFAULT_APP_SETTINGS, ...settings },
      unknownDependency: 'warn',
    },
    // A plan that is only looked at needs no name of its own.
    ids: new ChanceIdSource(new SeededChance(0)),
  });
  if (!planned.ok) return { sound: false, ...planned.error };
  const { plan, levels } = planned.value;
  const rollouts = presentPlannedRollouts(plan);
  return {
    sound: true,
    plan: {
      steps: presentSteps(plan).steps,
      ...(rollouts.length > 0 ? { rollouts } : {}),
      levels,
      warnings: plan.warnings,
      ...(plan.findings === undefined ? {} : { findings: plan.findings }),
    },
  };
}
