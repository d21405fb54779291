import { applyCommand } from './apply-command.js';
import { agentCommands, roleCommands } from './agent.js';
import { volumeCommands } from './volume.js';
import { appCommands } from './app.js';
import type { CommandSpec, Noun } from './define.js';
import { deployCommand } from './deploy-command.js';
import { DEPLOYMENT_VERBS, deploymentCommands } from './deployment.js';
import { execCommand } from './exec.js';
import { groupCommands } from './group.js';
import { importCommands } from './import.js';
import { logsCommand } from './logs.js';
import { planCommand } from './plan-command.js';
import { podCommands } from './pod.js';
import { queueCommands, whyCommand } from './queue.js';
import { taskCommands } from './task.js';
import { versionCommands } from './version.js';

export { EXIT } from './call.js';
export { addCommand, addNoun, examplesText, urlOption } from './define.js';

export const NOUNS: readonly Noun[] = [
  appCommands,
  groupCommands,
  podCommands,
  deploymentCommands,
  taskCommands,
  versionCommands,
  queueCommands,
  volumeCommands,
  agentCommands,
  roleCommands,
  importCommands,
];

/** Commands that need no noun. */
export const VERBS: readonly CommandSpec[] = [
  whyCommand,
  planCommand,
  applyCommand,
  deployCommand,
  ...DEPLOYMENT_VERBS,
  logsCommand,
  execCommand,
];
