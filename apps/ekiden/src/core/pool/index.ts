export type { ShownResources } from './amounts.js';
export { agentView, agentViews, type AgentState, type AgentView } from './agent-view.js';
export { plannedAgents, type PlannedAgent } from './maintenance-view.js';
export { leavingNotes } from './leaving-notes.js';
export { offerViews, type OfferView } from './offer-view.js';
export { plainRole, roleView, roleViews, type RoleQuota, type RoleView } from './role-view.js';
export { tellPoolChanges } from './tell-changes.js';
