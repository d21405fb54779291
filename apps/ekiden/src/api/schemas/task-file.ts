import { z } from 'zod';
import { number, text, yes } from './answer-fields.js';

/** One entry of a folder in a sandbox, with the names of Mesos's `/files/browse`. */
const taskFile = z
  .object({
    path: text('Below the sandbox.', 'logs/server.log'),
    type: z
      .enum(['file', 'folder', 'link', 'other'])
      .describe('What it is; links are shown and never followed.'),
    size: number('Bytes.'),
    mtime: text('When it was last changed, ISO-8601.', '2021-03-04T05:06:07.080Z'),
    mode: text('Permissions, as `ls -l` shows them.', '-rw-r--r--'),
    uid: number('Number of its owner.'),
    gid: number('Number of its group.'),
    target: text('Where a link leads, as it is written there.').optional(),
  })
  .meta({ id: 'TaskFile', description: 'A file or folder in the sandbox of a task.' });

export const taskFiles = z
  .object({
    files: z.array(taskFile).meta({ description: 'By name.' }),
    isPartial: yes('There is more than is shown.').optional(),
  })
  .meta({ id: 'TaskFiles', description: 'What is in a folder of a sandbox.' });
