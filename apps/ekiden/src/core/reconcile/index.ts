export { advanceDeployment, pruneHistory } from './advance-deployments.js';
export { giveUpSilentAgents } from './silent-agents.js';
export { loseHost } from './lose-host.js';
export { hearMaster } from './hear-master.js';
export { takeHealthResult } from './on-health.js';
export { reconcileHost } from './reconcile-host.js';
export { FRAMEWORK_NAME, connect, placeInstances } from './place-instances.js';
export { reconcileApp } from './reconcile-app.js';
export { leavingOf, noteLeaving } from './note-leaving.js';
