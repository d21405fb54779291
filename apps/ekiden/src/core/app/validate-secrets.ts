import type { Violation } from '../violation.js';
import type { AppDefinition } from './app-definition.js';
import type { AppSettings } from './app-settings.js';
import { MUST_NOT_BE_EMPTY, featureMissing, unless } from './phrases.js';

/** Secrets and the environment that refers to them (marathon-api 7.2). */
export function validateSecrets(app: AppDefinition, settings: AppSettings): readonly Violation[] {
  const enabled = settings.features.has('secrets');
  const declared = Object.entries(app.secrets);
  const references = Object.entries(app.env).flatMap(([key, value]) =>
    typeof value === 'string' ? [] : [{ key, secret: value.secret }],
  );
  return [
    ...unless(enabled || declared.length === 0, '/secrets', featureMissing('secrets')),
    ...validateKeys(app.secrets, '/secrets'),
    ...declared.flatMap(([key, { source }]) =>
      unless(source !== '', `/secrets/${key}/source`, MUST_NOT_BE_EMPTY),
    ),
    ...validateKeys(app.env, '/env'),
    ...unless(
      enabled || references.length === 0,
      '/env',
      'use of secret-references in the environment requires the secrets feature to be enabled',
    ),
    ...references.flatMap(({ key, secret }) =>
      unless(
        Object.hasOwn(app.secrets, secret),
        `/env/${key}/secret`,
        'references an undefined secret',
      ),
    ),
  ];
}

function validateKeys(map: Readonly<Record<string, unknown>>, at: string): readonly Violation[] {
  return Object.keys(map).flatMap((key, index) =>
    unless(key !== '', `${at}/keys(${index})`, MUST_NOT_BE_EMPTY),
  );
}
