import { z } from 'zod';
import { at, text, texts, yes, type Shown } from './answer-fields.js';
import { dependencyRules } from './dependency-rules.js';
import { podStatus } from './pod-status.js';
import { appInfo } from './responses.js';
import { shownRollout } from './rollout.js';

/** A group as shown (marathon-api 5.10); the lists are always there, empty if not asked for. */
export interface ShownGroup {
  readonly id: string;
  readonly apps: readonly Shown<typeof appInfo>[];
  readonly pods: readonly Shown<typeof podStatus>[];
  readonly groups: readonly ShownGroup[];
  readonly dependencies: readonly string[];
  readonly dependencyRules?: z.infer<ReturnType<typeof dependencyRules>> | undefined;
  readonly version: string;
  readonly enforceRole?: boolean | undefined;
  readonly rollout?: Shown<typeof shownRollout> | undefined;
}

export const groupInfo = z
  .object({
    id: text('Id of the group.', '/shop'),
    apps: z.array(appInfo).meta({ description: 'Apps directly in it. With `group.apps`.' }),
    pods: z.array(podStatus).meta({ description: 'Pods directly in it. With `group.pods`.' }),
    get groups(): z.ZodArray<z.ZodType<ShownGroup>> {
      return z
        .array(groupInfo)
        .meta({ description: 'Groups directly in it. With `group.groups`.' });
    },
    dependencies: texts('Groups that have to be up before any app in it starts.'),
    dependencyRules: dependencyRules().optional(),
    version: at('When anything in the whole tree last changed.'),
    enforceRole: yes(
      'Top-level groups only: whether apps run under the name of the group as their role.',
    ).optional(),
    rollout: shownRollout
      .optional()
      .meta({ description: 'What it says of it itself. With `group.rollout`.' }),
  })
  .meta({ id: 'GroupInfo', description: 'A group and what `embed` asks for of its contents.' });
