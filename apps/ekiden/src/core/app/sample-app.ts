import { assert, millis } from '@ekiden/kernel';
import type { Violation } from '../violation.js';
import type { AppDefinition } from './app-definition.js';
import { DEFAULT_APP_SETTINGS, type AppContext } from './app-settings.js';
import type { AppWire } from './app-wire.js';
import { createApp } from './create-app.js';
import { resolveId } from './path-id.js';

/** For specs: the context of `/shop/web` with every feature on. */
export function sampleContext(overrides: Partial<AppContext> = {}): AppContext {
  return {
    id: resolveId('/shop/web'),
    now: millis(1_600_000_000_000),
    settings: {
      ...DEFAULT_APP_SETTINGS,
      features: new Set(['secrets', 'gpu_resources', 'external_volumes'] as const),
    },
    ...overrides,
  };
}

/** For specs: a sound app, `{ cmd: 'sleep 60' }` with the fields given. */
export function sampleApp(wire: AppWire = {}, ctx: AppContext = sampleContext()): AppDefinition {
  const built = createApp({ cmd: 'sleep 60', ...wire }, ctx);
  assert(built.ok, `not a sound app: ${JSON.stringify(built)}`);
  return built.value;
}

/** For specs: a rule as a sentence, the document that breaks it, and what is said about it. */
export type RuleCase = readonly [
  name: string,
  wire: AppWire,
  path: string,
  message: string,
  overrides?: Partial<AppContext>,
];

/** For specs: all that is wrong with `{ cmd: 'sleep 60' }` with the fields given. */
export function violationsOf(
  wire: AppWire,
  overrides: Partial<AppContext> = {},
): readonly Violation[] {
  const built = createApp({ cmd: 'sleep 60', ...wire }, sampleContext(overrides));
  return built.ok ? [] : built.error;
}
