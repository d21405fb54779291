import { seconds } from '@ekiden/kernel';
import { DEFAULT_SETTINGS, type OrchestratorSettings } from '../core/turn/index.js';
import type { Settings } from '../settings/index.js';

/** What the core is told of an operator's decisions. */
export function orchestratorSettings(settings: Settings): OrchestratorSettings {
  const { defaultRole, defaultNetworkName, bridgeName, features } = settings;
  return {
    ...DEFAULT_SETTINGS,
    apps: {
      defaultRole,
      ...(defaultNetworkName === undefined ? {} : { defaultNetworkName }),
      bridgeName,
      features,
      acceptedRoles: settings.acceptedRoles,
      ...(settings.hostPaths === undefined ? {} : { hostPaths: settings.hostPaths }),
    },
    servicePorts: { min: settings.servicePortMin, max: settings.servicePortMax },
    previewPorts: settings.previewPorts,
    scopePorts: settings.scopePorts,
    envVarsPrefix: settings.envVarsPrefix,
    masterName: `${settings.hostname}:${settings.httpPort}`,
    newGroupsEnforceRole: settings.newGroupEnforceRole === 'top',
    unknownDependency: settings.unknownDependency,
    hasRouter: settings.router !== 'none',
    stagingDeadline: seconds(settings.launchTimeoutSeconds),
    agentSilence: seconds(settings.agentTimeoutSeconds),
    maintenance: {
      enabled: settings.maintenanceMode,
      lead: seconds(settings.drainingSeconds),
    },
    preemptionNotice:
      settings.preemptionNoticeSeconds === 0
        ? undefined
        : seconds(settings.preemptionNoticeSeconds),
    killsOutgrown: settings.volumeLimit === 'kill',
    healthHold: seconds(settings.healthHoldSeconds),
  };
}
