import { z } from 'zod';
import { timestamp } from './fields.js';
import { appInfo, deployment, type Shown } from './responses.js';

/** A group as shown (marathon-api 5.10); the lists are always there, empty if not asked for. */
export interface ShownGroup {
  readonly id: string;
  readonly apps: readonly Shown<typeof appInfo>[];
  readonly pods: readonly never[];
  readonly groups: readonly ShownGroup[];
  readonly dependencies: readonly string[];
  readonly version: string;
  readonly enforceRole?: boolean | undefined;
}

export const groupInfo = z
  .object({
    id: z.string(),
    apps: z.array(appInfo),
    pods: z.array(z.never()),
    get groups(): z.ZodArray<z.ZodType<ShownGroup>> {
      return z.array(groupInfo);
    },
    dependencies: z.array(z.string()),
    version: timestamp().meta({ description: 'When anything in the whole tree last changed.' }),
    enforceRole: z.boolean().optional().meta({ description: 'Top-level groups only.' }),
  })
  .meta({ id: 'GroupInfo', description: 'A group and what `embed` asks for of its contents.' });

export const deploymentSteps = z
  .object({
    steps: deployment.shape.steps,
    warnings: z
      .array(z.string())
      .optional()
      .meta({ description: 'What would be accepted although it is likely not meant so.' }),
  })
  .meta({ id: 'DeploymentSteps', description: 'What a dry run would have started.' });
