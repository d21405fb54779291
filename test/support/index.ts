export { greeter, greetingOn, sleeper, type AppBody } from './apps.js';
export { NoAnswer, problemOf, type Client, type Received } from './client.js';
export type { TaskProcess } from './home.js';
export { agentOf, agentsOf, roleOf, setRole } from './pool.js';
export { environmentOf, lives, type ProcessMark } from './processes.js';
export { useService, useStage, type Stage } from './stage.js';
export { TestService, type Ending } from './test-service.js';
export { always, until } from './until.js';
export { instanceOf, type AppJson, type DeploymentJson, type TaskJson } from './wire.js';
