import type { Violation } from '../violation.js';
import type { AppDefinition } from './app-definition.js';
import type { AppSettings } from './app-settings.js';
import { MUST_NOT_BE_EMPTY, featureMissing, unless } from './phrases.js';

type Secrets = AppDefinition['secrets'];

/** Secrets and the environment that refers to them (marathon-api 7.2). */
export function validateSecrets(app: AppDefinition, settings: AppSettings): readonly Violation[] {
  return [
    ...validateSources(app.secrets, settings),
    ...validateKeys(app.env, '/env'),
    ...validateReferencesTo(app.secrets, app.env, { at: '/env', settings }),
  ];
}

export function validateSources(secrets: Secrets, settings: AppSettings): readonly Violation[] {
  const declared = Object.entries(secrets);
  const enabled = settings.features.has('secrets');
  return [
    ...unless(enabled || declared.length === 0, '/secrets', featureMissing('secrets')),
    ...validateKeys(secrets, '/secrets'),
    ...declared.flatMap(([key, { source }]) =>
      unless(source !== '', `/secrets/${key}/source`, MUST_NOT_BE_EMPTY),
    ),
  ];
}

/** Secrets that an environment at this place of the document refers to. */
export function validateReferencesTo(
  secrets: Secrets,
  env: AppDefinition['env'],
  { at, settings }: { readonly at: string; readonly settings: AppSettings },
): readonly Violation[] {
  const references = Object.entries(env).flatMap(([key, value]) =>
    typeof value === 'string' ? [] : [{ key, secret: value.secret }],
  );
  return [
    ...unless(
      settings.features.has('secrets') || references.length === 0,
      at,
      'use of secret-references in the environment requires the secrets feature to be enabled',
    ),
    ...references.flatMap(({ key, secret }) =>
      unless(
        Object.hasOwn(secrets, secret),
        `${at}/${key}/secret`,
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
