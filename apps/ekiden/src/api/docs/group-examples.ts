import { APP_INFO, HELLO_APP } from './examples.js';
import { PLACEHOLDERS } from './placeholders.js';

/** A small web server that needs nothing of its surroundings. */
const SERVER = { ...HELLO_APP, instances: 1 };

const GROUPS = [
  { id: 'db', apps: [{ ...SERVER, id: 'main' }] },
  { id: 'web', dependencies: ['../db'], apps: [{ ...SERVER, id: 'front' }] },
];

/** Two groups, where the second waits for the first. */
export const SHOP = { id: '/shop', groups: GROUPS };

/** The same for an address that names the group. */
export const SHOP_BY_URL = { groups: GROUPS };

/** A group with one app, for an address that names the group. */
export const PARK_BY_URL = { apps: [{ ...SERVER, id: 'bench' }] };

export const GROUP_INFO = {
  id: '/shop',
  apps: [{ ...APP_INFO, id: '/shop/hello' }],
  pods: [],
  groups: [],
  dependencies: [],
  version: PLACEHOLDERS.groupVersion,
  enforceRole: false,
};

export const STEPS = {
  steps: [
    { actions: [{ action: 'StartApplication', app: '/shop/db/main' }] },
    { actions: [{ action: 'ScaleApplication', app: '/shop/db/main' }] },
  ],
  parent: PLACEHOLDERS.groupVersion,
  digest: 'b0a1c2d3e4f50617',
};
