import { millis, type Result } from '@ekiden/kernel';
import type { z } from 'zod';
import { app as appSchema } from './api/schemas/app.js';
import { pod as podSchema } from './api/schemas/pod.js';
import { shapeDetails } from './api/schemas/shape-details.js';
import { withoutNulls } from './api/schemas/without-nulls.js';
import { presentApp } from './api/v2/presenters/app.js';
import { presentPod } from './api/v2/presenters/pod.js';
import {
  DEFAULT_APP_SETTINGS,
  createApp,
  resolveId,
  type AppContext,
  type AppDefinition,
  type AppSettings,
  type ExternalVolume,
} from './core/app/index.js';
import { buildPod } from './core/pod/index.js';
import type { Violation } from './core/violation.js';

/*
 * The service's own rules about definitions, for programs beside it (ADR 0035): pure, without Nest,
 * a database or a server. Whoever asks here gets the verdict that a POST would get.
 */

export { isRunFlag } from '@ekiden/host-docker/flags';
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
export function judgePod(document: unknown, judge: Judge = {}): Verdict<AppDefinition> {
  return judgeBy(
    podSchema,
    document,
    judge,
    (wire, context) => buildPod(wire, undefined, context),
    presentPod,
  );
}

function judgeBy<S extends z.ZodType<{ readonly id: string }>, D>(
  schema: S,
  document: unknown,
  { settings = {}, enforceRole = false }: Judge,
  build: (wire: z.output<S>, context: AppContext) => Result<D, readonly Violation[]>,
  present: (definition: D) => object,
): Verdict<D> {
  const input = withoutNulls(document);
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    const details = shapeDetails(parsed.error.issues, input);
    const violations = details.flatMap(({ path, errors }) =>
      errors.map((message) => ({ path, message })),
    );
    return { sound: false, violations };
  }
  const built = build(parsed.data, {
    id: resolveId(parsed.data.id),
    now: millis(0),
    settings: { ...DEFAULT_APP_SETTINGS, ...settings },
    enforceRole,
  });
  if (!built.ok) return { sound: false, violations: built.error };
  const shown = Object.entries(present(built.value)).filter(
    ([name]) => name !== 'version' && name !== 'versionInfo',
  );
  return { sound: true, definition: built.value, shown: Object.fromEntries(shown) };
}
