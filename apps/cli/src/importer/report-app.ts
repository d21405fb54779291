import { judgeApp, type AppSettings, type Judge } from '@ekiden/definitions';
import { notesOf } from './app-notes.js';
import { compareApp } from './compare-app.js';
import { mendApp, type MendContext } from './mend-app.js';
import type { Found } from './read-import.js';
import type { DefinitionReport } from './report.js';

/** Optional parts of definitions count as accepted: what has to be switched on is told. */
const EVERY_FEATURE: AppSettings['features'] = new Set([
  'external_volumes',
  'gpu_resources',
  'secrets',
]);

export interface ReportContext extends MendContext {
  /** Whether the top-level group of this app makes it use its own name as role. */
  readonly enforcesRole?: (id: string) => boolean;
  /** Name that the new service gives to container networks without one. */
  readonly defaultNetworkName?: string;
}

/** The new service, as far as it is known. */
export function judgeFor(id: string, context: ReportContext): Judge {
  const { defaultNetworkName, enforcesRole } = context;
  return {
    settings: {
      features: EVERY_FEATURE,
      ...(defaultNetworkName === undefined ? {} : { defaultNetworkName }),
    },
    enforceRole: enforcesRole?.(id) ?? false,
  };
}

/** What becomes of one app, by the service's own rules. */
export function reportApp(found: Found, context: ReportContext = {}): DefinitionReport {
  const mended = mendApp(found.definition, context);
  const verdict = judgeApp(mended.app, judgeFor(found.id, context));
  const base = {
    kind: 'app',
    id: found.id,
    ...(found.source === undefined ? {} : { source: found.source }),
    definition: mended.app,
  } as const;
  if (!verdict.sound) {
    const { changed, lost, needs } = mended;
    return { ...base, kept: [], changed, lost, needs, refused: verdict.violations };
  }
  const compared = compareApp(mended.app, verdict.shown);
  const notes = notesOf(verdict.definition);
  return {
    ...base,
    kept: compared.kept,
    changed: [...mended.changed, ...compared.changed, ...notes.changed],
    lost: [...mended.lost, ...compared.lost, ...notes.lost],
    needs: [...mended.needs, ...notes.needs],
    refused: [],
  };
}
