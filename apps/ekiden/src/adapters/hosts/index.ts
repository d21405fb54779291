export {
  DrivenHost,
  type CommandsBesideTasks,
  type HostAddresses,
  type Station,
} from './driven-host.js';
export { DrivenHosts, type DrivenHostsOptions } from './driven-hosts.js';
export { localAgent, simulatedAgents, type LocalAgentOptions } from './local-agent.js';
export { SimulatedHosts, type SimulatedHostsOptions } from './simulated-hosts.js';
