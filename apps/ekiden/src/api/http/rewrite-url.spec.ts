import { expect } from 'chai';
import { rewriteUrl } from './rewrite-url.js';

/** method, url as sent, url as routed */
const cases: readonly (readonly [method: string, sent: string, routed: string])[] = [
  ['GET', '/v2/apps', '/v2/apps'],
  ['GET', '/v2/apps?cmd=a/b', '/v2/apps?cmd=a/b'],
  ['GET', '/v2/apps/', '/v2/apps'],
  ['GET', '/v2/apps/web', '/v2/apps/web'],
  ['GET', '/v2/apps/prod/db/x', '/v2/apps/prod%2Fdb%2Fx'],
  ['GET', '/v2/apps//prod/db', '/v2/apps/%2Fprod%2Fdb'],
  ['GET', '/v2/apps/prod%2Fdb', '/v2/apps/prod%2Fdb'],
  ['GET', '/v2/apps/prod/', '/v2/apps/prod'],
  ['GET', '/v2/apps/*', '/v2/apps/*'],
  ['GET', '/v2/apps/group/*?embed=apps.tasks', '/v2/apps/group%2F*?embed=apps.tasks'],
  ['GET', '/v2/apps/prod/db/tasks', '/v2/apps/prod%2Fdb/tasks'],
  ['GET', '/v2/apps/prod/db/tasks?host=a/b', '/v2/apps/prod%2Fdb/tasks?host=a/b'],
  ['DELETE', '/v2/apps/prod/db/tasks/t.1', '/v2/apps/prod%2Fdb/tasks/t.1'],
  ['GET', '/v2/apps/tasks', '/v2/apps/tasks'],
  ['GET', '/v2/apps//tasks', '/v2/apps/%2Ftasks'],
  ['GET', '/v2/apps/a/tasks/tasks', '/v2/apps/a%2Ftasks/tasks'],
  ['GET', '/v2/apps/a/b/versions', '/v2/apps/a%2Fb/versions'],
  [
    'GET',
    '/v2/apps/a/b/versions/2021-03-04T05:06:07.080Z',
    '/v2/apps/a%2Fb/versions/2021-03-04T05%3A06%3A07.080Z',
  ],
  ['POST', '/v2/apps/a/b/restart?force=true', '/v2/apps/a%2Fb/restart?force=true'],
  ['DELETE', '/v2/apps/a/b/restart', '/v2/apps/a%2Fb%2Frestart'],
  ['GET', '/v2/apps/a/b/restart', '/v2/apps/a%2Fb%2Frestart'],
  ['GET', '/v2/apps/a/%zz', '/v2/apps/a/%zz'],
  ['GET', '/v2/groups', '/v2/groups'],
  ['GET', '/v2/groups/a/b', '/v2/groups/a%2Fb'],
  ['GET', '/v2/groups/versions', '/v2/groups/versions'],
  ['GET', '/v2/groups/apps', '/v2/groups/apps'],
  ['GET', '/v2/groups/a/b/apps', '/v2/groups/a%2Fb/apps'],
  ['GET', '/v2/groups/a/b/versions/v', '/v2/groups/a%2Fb/versions/v'],
  ['PUT', '/v2/groups/a/apps', '/v2/groups/a%2Fapps'],
  ['DELETE', '/v2/groups/versions', '/v2/groups/versions'],
  ['GET', '/v2/pods/a/b', '/v2/pods/a%2Fb'],
  ['GET', '/v2/pods/::status', '/v2/pods/%2F/status'],
  ['GET', '/v2/pods/a/b::status', '/v2/pods/a%2Fb/status'],
  ['GET', '/v2/pods/a/b::versions', '/v2/pods/a%2Fb/versions'],
  ['GET', '/v2/pods/a/b::versions/v', '/v2/pods/a%2Fb/versions/v'],
  ['POST', '/v2/pods/a/b::restart', '/v2/pods/a%2Fb/restart'],
  ['POST', '/v2/pods/a/b::restart/c', '/v2/pods/a%2Fb%3A%3Arestart%2Fc'],
  ['DELETE', '/v2/pods/a/b::instances/i.1', '/v2/pods/a%2Fb/instances/i.1'],
  ['DELETE', '/v2/queue/a/b/delay', '/v2/queue/a%2Fb/delay'],
  ['GET', '/v2/queue', '/v2/queue'],
  ['GET', '/v2/roles/a/b', '/v2/roles/a%2Fb'],
  ['GET', '/v2/volumes/db_pg%23data%23b6ff', '/v2/volumes/db_pg%23data%23b6ff'],
  ['GET', '/v2/volumes/db#/data#b6ff', '/v2/volumes/db%23%2Fdata%23b6ff'],
  ['POST', '/v2/tasks/delete', '/v2/tasks/delete'],
  ['GET', '/v2/deployments/a/b', '/v2/deployments/a/b'],
  ['GET', '/v2/constructor/x', '/v2/constructor/x'],
  ['GET', '/ping', '/ping'],
  ['GET', '/ping/', '/ping'],
  ['GET', '/metrics/prometheus/', '/metrics/prometheus'],
  ['GET', '/v2/deployments/', '/v2/deployments'],
  ['GET', '/v2/tasks/?status=running', '/v2/tasks?status=running'],
  ['GET', '/v2/events//', '/v2/events'],
  ['POST', '/v2/tasks/delete/', '/v2/tasks/delete'],
  ['GET', '/v2/', '/v2'],
  ['GET', '//v2/apps', '/v2/apps'],
  ['GET', '///v2/apps//prod/db?a=//', '/v2/apps/%2Fprod%2Fdb?a=//'],
  ['GET', '/', '/'],
  ['GET', '//', '/'],
  ['GET', '/docs/', '/docs/'],
  ['GET', '/docs/static/', '/docs/static/'],
];

describe('rewriteUrl', () => {
  for (const [method, sent, routed] of cases) {
    it(`routes ${method} ${sent} as ${routed}`, () => {
      expect(rewriteUrl(method, sent)).to.equal(routed);
    });
  }
});
