import type { AppDefinition } from '../../core/app/index.js';
import { all, first, type QueryValues } from '../http/index.js';
import { parseLabelSelector } from './label-selector.js';

export type AppFilter = (app: AppDefinition) => boolean;

/**
 * `cmd`, `id` and `label` of `GET /v2/apps`, all of which have to hold (marathon-api 4.1). Throws
 * a `Problem` (422) for a bad selector.
 */
export function appFilter(query: QueryValues): AppFilter {
  const cmd = first(query, 'cmd')?.toLowerCase();
  const id = first(query, 'id')?.toLowerCase();
  const labels = all(query, 'label').map(parseLabelSelector);
  return (app) =>
    (cmd === undefined || (app.cmd?.toLowerCase().includes(cmd) ?? false)) &&
    (id === undefined || app.id.includes(id)) &&
    labels.every((selects) => selects(app.labels));
}
