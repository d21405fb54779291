import { differs, type Area, type Case } from '../language/index.js';
import { addGroup, deployed, idle, invalid, misshapen, shows, stuck, tell } from './steps.js';

const cases: readonly Case[] = [
  {
    name: 'scaleBy multiplies the instances of all apps below, rounded up.',
    source: 'GRP-11',
    steps: [
      addGroup({
        id: '/~',
        apps: [idle('a')],
        groups: [{ id: 'x', apps: [stuck('b', { instances: 3 })] }],
      }),
      tell('PUT /v2/groups/~?force=true', { scaleBy: 1.5 }, deployed),
      shows('/~/x/b', { instances: 5 }),
      shows('/~/a', { instances: 0 }),
    ],
  },
  {
    name: 'scaleBy zero stops all instances.',
    source: '4.2',
    steps: [
      addGroup({ id: '/~', apps: [stuck('b', { instances: 3 })] }),
      tell('PUT /v2/groups/~?force=true', { scaleBy: 0 }, deployed),
      shows('/~/b', { instances: 0 }),
    ],
  },
  {
    name: 'scaleBy goes with nothing else.',
    source: 'GRP-12',
    steps: [
      addGroup({ id: '/~' }),
      tell(
        'PUT /v2/groups/~',
        { scaleBy: 2, apps: [] },
        invalid('/scaleBy', 'not allowed in conjunction with other properties.'),
      ),
    ],
  },
  {
    name: 'Not even an id goes with scaleBy.',
    source: '4.2',
    steps: [
      addGroup({ id: '/~' }),
      tell(
        'PUT /v2/groups/~',
        { id: '/~', scaleBy: 2 },
        invalid('/scaleBy', 'not allowed in conjunction with other properties.'),
      ),
    ],
  },
  {
    name: 'scaleBy is not below zero.',
    source: '5.10',
    steps: [
      addGroup({ id: '/~' }),
      tell('PUT /v2/groups/~', { scaleBy: -1 }, misshapen('/scaleBy', 'error.min')),
    ],
  },
  {
    name: 'scaleBy of an unknown group scales nothing.',
    source: '4.2',
    steps: [
      tell(
        'PUT /v2/groups/~/no',
        { scaleBy: 2 },
        { status: differs({ marathon: 200, ekiden: 404 }) },
      ),
    ],
  },
];

export const scaleBy: Area = { name: 'scaleby', about: 'scaling whole groups', cases };
