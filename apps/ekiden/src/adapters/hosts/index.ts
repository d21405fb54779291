export {
  DrivenHosts,
  type CommandsBesideTasks,
  type DrivenHost,
  type DrivenHostsOptions,
} from './driven-hosts.js';
export { localAgent, simulatedAgents, type LocalAgentOptions } from './local-agent.js';
export { SimulatedHosts, type SimulatedHostsOptions } from './simulated-hosts.js';
