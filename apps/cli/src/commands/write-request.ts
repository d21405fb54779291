import { UsageError, type Request } from '../client/index.js';
import { isGroup, type Document } from '../tree/index.js';
import { idIn } from './options.js';

/** The one write that makes a group, or apps, what their definitions say, and its name for people. */
export function writeOf(documents: readonly Document[]): {
  readonly request: Request;
  readonly subject: string;
} {
  const [first, ...more] = documents;
  if (first === undefined) throw new UsageError('there is nothing to deploy');
  if (!documents.some(isGroup)) {
    const ids = documents.map(idIn);
    const query = { partialUpdate: 'false' };
    const body = documents.map((app, at) => ({ ...app, id: ids[at] }));
    return { request: { method: 'PUT', path: '/v2/apps', query, body }, subject: ids.join(', ') };
  }
  if (more.length > 0) {
    throw new UsageError('it is one group, or apps; name one of them at a time');
  }
  const { id } = first;
  const request = { method: 'PUT', path: '/v2/groups', body: first } as const;
  return { request, subject: typeof id === 'string' ? id : '/' };
}
