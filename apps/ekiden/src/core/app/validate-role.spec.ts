import { expect } from 'chai';
import type { AppWire } from './app-wire.js';
import { resolveId } from './path-id.js';
import { violationsOf, type RuleCase } from './sample-app.js';

const resident: AppWire = {
  container: {
    type: 'MESOS',
    volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 1 } }],
  },
};

const roles: readonly RuleCase[] = [
  ['refuses roles of others', { role: 'ops' }, '/role', 'got ops, expected one of: [*, shop]'],
  [
    'knows only the role of a group that enforces it',
    { role: '*' },
    '/role',
    'got *, expected one of: [shop]',
    { enforceRole: true },
  ],
  [
    'knows only the service’s own role directly in the root',
    { role: 'web' },
    '/role',
    'got web, expected one of: [*]',
    { id: resolveId('/web') },
  ],
  [
    'refuses blanks in a role',
    { role: 'a b' },
    '/role',
    'A role name must not include a space (\\x20) character.',
  ],
  [
    'refuses an empty list of accepted roles',
    { acceptedResourceRoles: [] },
    '/acceptedResourceRoles',
    'must not be empty',
  ],
  [
    'refuses foreign accepted roles',
    { acceptedResourceRoles: ['*', 'slave_public'] },
    '/acceptedResourceRoles',
    'acceptedResourceRoles can only contain *',
  ],
  [
    'names the own role beside the shared one',
    { role: 'shop', acceptedResourceRoles: ['ops'] },
    '/acceptedResourceRoles',
    'acceptedResourceRoles can only contain * and shop',
  ],
  [
    'wants resident apps to accept unreserved resources',
    { ...resident, role: 'shop', acceptedResourceRoles: ['shop'] },
    '/acceptedResourceRoles',
    'A resident app must have `acceptedResourceRoles = ["*"]`.',
  ],
];

describe('the rules of roles', () => {
  for (const [name, wire, path, message, overrides] of roles) {
    it(name, () => {
      expect(violationsOf(wire, overrides)).to.deep.include({ path, message });
    });
  }
});
