import { z } from 'zod';
import type { GroupWire } from '../../core/group/index.js';
import { app } from './app.js';
import { dependencyRules } from './dependency-rules.js';
import { pathId, timestamp } from './fields.js';
import { rollout } from './rollout.js';

/**
 * A group document (marathon-api 5.10). How deep groups may nest follows from the bound on the
 * nesting of JSON bodies, which is looked at before parsing.
 */
export const groupUpdate = z
  .object({
    id: pathId()
      .optional()
      .meta({
        description: 'Relative to the enclosing group. Every child group needs one.',
        examples: ['/shop'],
      }),
    apps: z
      .array(app)
      .optional()
      .meta({
        description:
          'Complete definitions, ids relative to the group. Given: apps of this group that are ' +
          'left out are stopped and removed.',
      }),
    get groups(): z.ZodOptional<z.ZodArray<z.ZodType<GroupWire>>> {
      return z
        .array(groupUpdate)
        .optional()
        .meta({
          description:
            'Children, each merged with what it is now. Given: children that are left out are ' +
            'removed with all their apps.',
        });
    },
    pods: z
      .array(z.unknown())
      .optional()
      .meta({
        readOnly: true,
        description:
          'Not looked at: pods are changed by `/v2/pods`. A document that carries them has been ' +
          'shown, and its `version` is not looked at either.',
      }),
    dependencies: z
      .array(pathId())
      .optional()
      .meta({
        description: 'Groups that have to be up before any app in this group starts.',
        examples: [['../db']],
      }),
    dependencyRules: dependencyRules().optional(),
    scaleBy: z.number().min(0).optional().meta({
      description:
        'Alone in its document: multiplies the instances of every app below, rounded up.',
    }),
    version: timestamp().optional().meta({
      description: 'Alone in its document: restores the group as of this version.',
    }),
    enforceRole: z.boolean().optional().meta({
      description: 'Top-level groups only: apps run under the name of the group as their role.',
    }),
    rollout: rollout(),
  })
  .meta({
    id: 'GroupUpdate',
    description: 'What is not given stays as it is. `scaleBy` and `version` stand alone.',
  });

export const groupRoles = z
  .object({
    enforceRole: z.boolean().optional().meta({
      description: 'Whether apps run under the name of the group as their role.',
    }),
  })
  .meta({ id: 'GroupRoles', description: 'Not given = false.' });
