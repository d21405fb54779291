import { judgePod, podObstacle } from '@ekiden/definitions';
import { compareApp } from './compare-app.js';
import { mendApp } from './mend-app.js';
import type { Found } from './read-import.js';
import { judgeFor, type ReportContext } from './report-app.js';
import type { DefinitionReport, Note } from './report.js';
import { listAt, objectAt } from './values.js';

/** What becomes of one pod, by the service's own rules. */
export function reportPod(found: Found, context: ReportContext = {}): DefinitionReport {
  const mended = mendApp(found.definition, context);
  const verdict = judgePod(mended.app, judgeFor(found.id, context));
  const base = {
    kind: 'pod',
    id: found.id,
    ...(found.source === undefined ? {} : { source: found.source }),
    definition: mended.app,
    needs: [...mended.needs, ...needsOf(mended.app)],
  } as const;
  if (!verdict.sound) {
    const { changed, lost } = mended;
    return { ...base, kept: [], changed, lost, refused: verdict.violations };
  }
  const compared = compareApp(mended.app, verdict.shown);
  const obstacle = podObstacle(verdict.definition);
  return {
    ...base,
    kept: compared.kept,
    changed: [...mended.changed, ...compared.changed],
    lost: [...mended.lost, ...compared.lost, ...(obstacle === undefined ? [] : [waits(obstacle)])],
    refused: [],
    shown: verdict.shown,
  };
}

function waits(obstacle: string): Note {
  return { path: '', text: `taken and shown, but no host can run it: ${obstacle}` };
}

function needsOf(pod: Found['definition']): readonly Note[] {
  const gpus = listAt(pod, 'containers').some(
    (one) => Number(objectAt(one, 'resources')['gpus'] ?? 0) > 0,
  );
  return [
    ...(Object.keys(objectAt(pod, 'secrets')).length > 0
      ? [{ path: 'secrets', text: 'EKIDEN_FEATURES=secrets on the service' }]
      : []),
    ...(gpus ? [{ path: 'containers', text: 'EKIDEN_FEATURES=gpu_resources on the service' }] : []),
  ];
}
