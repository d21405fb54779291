import { FEATURES } from '../core/app/index.js';
import type { SettingTable } from './setting.js';
import { parseHostPaths } from './host-paths.js';
import { oneOf, phrased, someOf, whole, word } from './setting-values.js';
import {
  ACCEPTED_ROLES_RULES,
  NEW_GROUP_ENFORCE_ROLES,
  UNKNOWN_DEPENDENCY_RULES,
} from './settings.js';

/** What an operator decides about the definitions of apps and groups. */
export const DEFINITION_SETTINGS = {
  unknownDependency: {
    env: 'EKIDEN_UNKNOWN_DEPENDENCY',
    flag: 'unknown-dependency',
    value: 'what',
    description:
      'What to do with a new dependency that names nothing: refuse, or warn and accept, for scripts that post files in any order.',
    default: 'refuse',
    schema: oneOf(UNKNOWN_DEPENDENCY_RULES),
  },
  defaultRole: {
    env: 'EKIDEN_DEFAULT_ROLE',
    flag: 'default-role',
    value: 'role',
    description: 'Role of apps that name none.',
    default: '*',
    schema: word('the name of a role'),
    marathon: 'mesos_role',
  },
  defaultNetworkName: {
    env: 'EKIDEN_DEFAULT_NETWORK_NAME',
    flag: 'default-network-name',
    value: 'name',
    description: 'Name for container networks that carry none.',
    default: undefined,
    fallback: 'they have to carry one',
    schema: word('the name of a network'),
    marathon: 'default_network_name',
  },
  bridgeName: {
    env: 'EKIDEN_BRIDGE_NAME',
    flag: 'bridge-name',
    value: 'name',
    description: 'A legacy ipAddress.networkName of this name means bridge networking.',
    default: 'mesos-bridge',
    schema: word('the name of a network'),
    marathon: 'mesos_bridge_name',
  },
  features: {
    env: 'EKIDEN_FEATURES',
    flag: 'features',
    value: 'names',
    description: `Optional parts of app definitions to accept: ${FEATURES.join(', ')}.`,
    default: '',
    schema: someOf(FEATURES),
    marathon: 'enable_features',
  },
  hostPaths: {
    env: 'EKIDEN_HOST_PATHS',
    flag: 'host-paths',
    value: 'folders',
    description:
      'Folders of hosts that apps and pods may be given, separated by commas: /srv,/data. "none" allows nothing.',
    default: undefined,
    fallback: 'any',
    schema: phrased(parseHostPaths),
  },
  newGroupEnforceRole: {
    env: 'EKIDEN_NEW_GROUP_ENFORCE_ROLE',
    flag: 'new-group-enforce-role',
    value: 'which',
    description:
      'Whether apps below a new top-level group run under its name as their role: off, or top.',
    default: 'off',
    schema: oneOf(NEW_GROUP_ENFORCE_ROLES),
    marathon: 'new_group_enforce_role',
  },
  acceptedRoles: {
    env: 'EKIDEN_ACCEPTED_ROLES',
    flag: 'accepted-roles',
    value: 'which',
    description:
      'Resources that apps use which do not say whose: any, unreserved, or those reserved for their role.',
    default: 'any',
    schema: oneOf(ACCEPTED_ROLES_RULES),
    marathon: 'accepted_resource_roles_default_behavior',
  },
  servicePortMin: {
    env: 'EKIDEN_SERVICE_PORT_MIN',
    flag: 'service-port-min',
    value: 'port',
    description: 'First service port to hand out to apps that leave the choice to the service.',
    default: '10000',
    schema: whole(1, 65_535),
    marathon: 'local_port_min',
  },
  servicePortMax: {
    env: 'EKIDEN_SERVICE_PORT_MAX',
    flag: 'service-port-max',
    value: 'port',
    description: 'Last service port to hand out.',
    default: '20000',
    schema: whole(1, 65_535),
    marathon: 'local_port_max',
  },
  envVarsPrefix: {
    env: 'EKIDEN_ENV_VARS_PREFIX',
    flag: 'env-vars-prefix',
    value: 'prefix',
    description:
      'Put before the names of the variables that tasks are given: PORT0, HOST and so on.',
    default: undefined,
    schema: word('a prefix'),
    marathon: 'env_vars_prefix',
  },
} as const satisfies Partial<SettingTable>;
