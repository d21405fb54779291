import { withoutRuntime } from '../tree/index.js';
import type { Found } from './read-import.js';
import type { DefinitionReport } from './report.js';
import { isEmpty } from './values.js';

/** What becomes of one pod; whether it is sound is for the new service to say. */
export function reportPod(found: Found): DefinitionReport {
  const definition = withoutRuntime(found.definition);
  return {
    kind: 'pod',
    id: found.id,
    ...(found.source === undefined ? {} : { source: found.source }),
    kept: Object.keys(definition).filter((name) => !isEmpty(definition[name])),
    changed: [],
    lost: [{ path: '', text: 'pods come later: the definition is kept, nothing runs yet' }],
    needs: [],
    refused: [],
    definition,
  };
}
