import { judgeApp, type AppSettings } from '@ekiden/definitions';
import { notesOf } from './app-notes.js';
import { compareApp } from './compare-app.js';
import { mendApp, type MendContext } from './mend-app.js';
import type { Found } from './read-import.js';
import type { DefinitionReport } from './report.js';

/** Optional parts of definitions count as accepted: what has to be switched on is told. */
export const EVERY_FEATURE: AppSettings['features'] = new Set([
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

/** What becomes of one app, by the service's own rules. */
export function reportApp(found: Found, context: ReportContext = {}): DefinitionReport {
  const mended = mendApp(found.definition, context);
  const network = context.defaultNetworkName;
  const verdict = judgeApp(mended.app, {
    settings: {
      features: EVERY_FEATURE,
      ...(network === undefined ? {} : { defaultNetworkName: network }),
    },
    enforceRole: context.enforcesRole?.(found.id) ?? false,
  });
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
