import { containing, like, type Area, type Case, type Wanted } from '../language/index.js';
import { add, addGroup, ask, deployed, idle, invalid, misshapen, shows, tell } from './steps.js';

const RESERVED =
  'must not end with any of the following reserved keywords: restart, tasks, versions, ., ..';

/** An app of this id is created as that one. */
function becomes(name: string, id: string, canonical: string): Case {
  return {
    name,
    source: '3.1',
    steps: [
      tell('POST /v2/apps', idle(id), {
        status: 201,
        headers: { location: like(new RegExp(`^https?://[^/]+${canonical}$`)) },
        body: { id: canonical },
      }),
      shows(canonical, { id: canonical }),
    ],
  };
}

/** An app of this id is refused for the pattern of ids. */
function impossible(name: string, id: string, source = '3.1'): Case {
  return {
    name,
    source,
    steps: [tell('POST /v2/apps', idle(id), misshapen('/id', 'error.pattern'))],
  };
}

function reserved(word: string): Case {
  return {
    name: `The last part of an id is not ${word}.`,
    source: 'APP-13',
    steps: [tell('POST /v2/apps', idle(`/~/${word}`), invalid('/id', RESERVED))],
  };
}

/** The same app is found under another way to write its path. */
function found(name: string, path: string): Case {
  return {
    name,
    source: '1.1',
    steps: [add(idle('/~/b/c')), ask(path, 200, { app: { id: '/~/b/c' } })],
  };
}

const names: readonly Case[] = [
  becomes('A relative id of an app is taken from the root.', '~/a', '/~/a'),
  becomes('Empty segments are dropped.', '//~///a', '/~/a'),
  becomes('A trailing slash is dropped.', '/~/a/', '/~/a'),
  becomes('Two dots lead one level up.', '/~/b/../a', '/~/a'),
  becomes('Dots and dashes may be within a segment.', '/~/a-1.b-2', '/~/a-1.b-2'),
  becomes('A segment may be one digit.', '/~/1', '/~/1'),
  becomes(
    'Ids have no limit of length or depth.',
    `/~/${'a'.repeat(300)}/b/c/d/e/f`,
    `/~/${'a'.repeat(300)}/b/c/d/e/f`,
  ),
  impossible('Capitals are not in ids.', '/~/Web', 'APP-12'),
  impossible('Underscores are not in ids.', '/~/a_b', 'APP-12'),
  impossible('A segment does not begin with a dash.', '/~/-a', 'APP-12'),
  impossible('A segment does not end with a dash.', '/~/a-', 'APP-12'),
  impossible('Two dots in a row are not in a segment.', '/~/a..b', 'APP-12'),
  impossible('Blanks are not in ids.', '/~/a b'),
  impossible('Letters beyond ASCII are not in ids.', '/~/caf\u00e9'),
  impossible('Percent signs are not in ids.', '/~/a%20b'),
  {
    name: 'An empty id is refused.',
    source: '3.1',
    steps: [tell('POST /v2/apps', idle(''), misshapen('/id'))],
  },
  {
    name: 'An app is not the root.',
    source: '7.2',
    steps: [
      tell('POST /v2/apps', idle('/'), {
        status: 422,
        body: { message: 'Object is not valid', details: containing({ path: like(/^\/(id)?$/) }) },
      }),
    ],
  },
  reserved('restart'),
  reserved('tasks'),
  reserved('versions'),
  {
    name: 'A word that is reserved at the end may be in the middle of an id.',
    source: '3.1',
    steps: [
      add(idle('/~/tasks/a')),
      ask('GET /v2/apps?id=~', 200, { apps: [{ id: '/~/tasks/a' }] }),
    ],
  },
  {
    name: 'Groups in between are made as needed.',
    source: '3.1',
    steps: [
      add(idle('/~/b/c/d')),
      ask('GET /v2/groups/~/b/c', 200, { id: '/~/b/c', apps: [{ id: '/~/b/c/d' }] }),
    ],
  },
  {
    name: 'Dependencies are relative to the group of the app, and stored absolute.',
    source: '3.1',
    steps: [
      add(idle('/~/b/db')),
      tell(
        'PUT /v2/groups/~',
        {
          apps: [idle('web', { dependencies: ['b/db'] })],
        },
        deployed,
      ),
      shows('/~/web', { dependencies: ['/~/b/db'] }),
    ],
  },
];

const paths: readonly Case[] = [
  found('A doubled slash after apps changes nothing.', 'GET /v2/apps//~/b/c'),
  found('A trailing slash changes nothing.', 'GET /v2/apps/~/b/c/'),
  found('Slashes of an id may be escaped.', 'GET /v2/apps/~%2Fb%2Fc'),
  {
    name: 'An id in a path is taken greedily, its suffix first.',
    source: '1.1',
    steps: [
      add(idle('/~/tasks/a')),
      ask('GET /v2/apps/~/tasks/a/tasks', 200, { tasks: [] }),
      ask('GET /v2/apps/~/tasks/a/versions', 200, { versions: [like(/Z$/)] }),
    ],
  },
  {
    name: 'A star lists all apps of a group, also of groups within.',
    source: '4.1',
    steps: [
      add(idle('/~/a')),
      add(idle('/~/b/c')),
      ask('GET /v2/apps/~/*', 200, {
        '*': containing({ id: '/~/a', tasks: [] }, { id: '/~/b/c', deployments: [] }),
      }),
    ],
  },
  {
    name: 'A star lists only apps of that group.',
    source: '4.1',
    steps: [
      add(idle('/~/a')),
      add(idle('/~/b/c')),
      ask('GET /v2/apps/~/b/*', 200, { '*': [{ id: '/~/b/c' }] } satisfies Wanted),
    ],
  },
  {
    name: 'A star lists tasks of a group.',
    source: '4.1',
    steps: [add(idle('/~/b/c')), ask('GET /v2/apps/~/*/tasks', 200, { tasks: [] })],
  },
  {
    name: 'The id of the path is used, not the one of the body.',
    source: '4.1',
    steps: [
      tell('PUT /v2/apps/~/a', idle('/other/b'), { status: 201 }),
      shows('/~/a', { id: '/~/a' }),
      ask('GET /v2/apps/other/b', 404),
    ],
  },
  {
    name: 'An id in the body of a PUT has to be possible all the same.',
    source: '4.1',
    steps: [
      add(idle('/~/a')),
      tell('PUT /v2/apps/~/a', { id: 'NO' }, misshapen('/id', 'error.pattern')),
    ],
  },
];

const clashes: readonly Case[] = [
  {
    name: 'An app does not take the id of a group that has apps.',
    source: 'APP-18',
    steps: [
      add(idle('/~/b/c')),
      tell('POST /v2/apps', idle('/~/b'), {
        status: 422,
        body: {
          message: 'Object is not valid',
          details: containing({
            path: '/',
            errors: containing('Groups and Applications may not have the same identifier.'),
          }),
        },
      }),
    ],
  },
  {
    name: 'An app takes the place of an empty group of its id.',
    source: 'APP-19',
    steps: [
      addGroup({ id: '/~/b' }),
      add(idle('/~/b')),
      shows('/~/b', { id: '/~/b' }),
      ask('GET /v2/groups/~/b', 404),
    ],
  },
  {
    name: 'An app is not below another app.',
    source: '3.1',
    steps: [
      add(idle('/~/a')),
      tell('POST /v2/apps', idle('/~/a/b'), {
        status: 422,
        body: { details: containing({ path: '/' }) },
      }),
    ],
  },
];

export const ids: Area = {
  name: 'ids',
  about: 'names of apps and groups, and how they are written in paths',
  cases: [...names, ...paths, ...clashes],
};
