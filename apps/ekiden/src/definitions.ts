import { millis } from '@ekiden/kernel';
import { app as appSchema } from './api/schemas/app.js';
import { shapeDetails } from './api/schemas/shape-details.js';
import { withoutNulls } from './api/schemas/without-nulls.js';
import { presentApp } from './api/v2/presenters/app.js';
import {
  DEFAULT_APP_SETTINGS,
  createApp,
  resolveId,
  type AppDefinition,
  type AppSettings,
  type ExternalVolume,
} from './core/app/index.js';
import type { Violation } from './core/violation.js';

/*
 * The service's own rules about definitions, for programs beside it (docs/adr): pure, without Nest,
 * a database or a server. Whoever asks here gets the verdict that a POST would get.
 */

export { isRunFlag } from '@ekiden/host-docker/flags';
export type { AppDefinition, AppSettings, ExternalVolume, Violation };

/** What a service would make of a complete app. */
export type AppVerdict =
  | {
      readonly sound: true;
      readonly app: AppDefinition;
      /** As the service would show it, without version and history; service ports 0 stay 0. */
      readonly shown: Readonly<Record<string, unknown>>;
    }
  | { readonly sound: false; readonly violations: readonly Violation[] };

/** `settings` are those of the service that is asked in thought; its defaults where not given. */
export function judgeApp(
  document: unknown,
  settings: Partial<AppSettings> = {},
  place: { readonly enforceRole?: boolean } = {},
): AppVerdict {
  const input = withoutNulls(document);
  const parsed = appSchema.safeParse(input);
  if (!parsed.success) {
    const details = shapeDetails(parsed.error.issues, input);
    const violations = details.flatMap(({ path, errors }) =>
      errors.map((message) => ({ path, message })),
    );
    return { sound: false, violations };
  }
  const built = createApp(parsed.data, {
    id: resolveId(parsed.data.id),
    now: millis(0),
    settings: { ...DEFAULT_APP_SETTINGS, ...settings },
    ...place,
  });
  if (!built.ok) return { sound: false, violations: built.error };
  const { version: _version, versionInfo: _history, ...shown } = presentApp(built.value);
  return { sound: true, app: built.value, shown };
}
