import { z } from 'zod';
import { caselessEnum, count } from './fields.js';

const DAY_SECONDS = 86_400;

/** How one dependency is waited for. */
const dependencyRule = z
  .object({
    condition: caselessEnum(['started', 'healthy', 'ready'])
      .optional()
      .meta({
        description:
          'What has to be true of all its instances first: their tasks run, they pass their health ' +
          'checks, they pass their readiness checks too. Not given: as Marathon, healthy, and ready ' +
          'where it has readiness checks, and nothing of its old version left.',
      }),
    onFailure: caselessEnum(['wait', 'continue', 'fail'])
      .optional()
      .meta({
        description:
          'When that is not so at the deadline: wait on, go on without it, or take the whole ' +
          'deployment back. A suspended dependency is never waited for any longer.',
      }),
    onLost: caselessEnum(['keep', 'restart'])
      .optional()
      .meta({
        description:
          'When nothing of the dependency runs any more: keep what runs as it is (also where nothing is ' +
          'given), or start it again once the dependency is up, within `upgradeStrategy`.',
      }),
    deadlineSeconds: count()
      .max(DAY_SECONDS)
      .optional()
      .meta({
        description:
          'Counted from when the turn of the dependency came. Not given: 600, and 60 for a ' +
          'dependency that is suspended (no instances wanted).',
        examples: [120],
      }),
  })
  .meta({ id: 'DependencyRule', description: 'How one dependency is waited for.' });

export function dependencyRules() {
  return z.record(z.string(), dependencyRule).meta({
    description:
      'By id, as it stands in `dependencies`: what to wait for, how long, and what then. Shown ' +
      'only where it has been given.',
    examples: [{ '/shop/db': { condition: 'ready', onFailure: 'fail', deadlineSeconds: 120 } }],
  });
}
