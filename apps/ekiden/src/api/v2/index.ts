export { AppController } from './app.controller.js';
export { AppTasksController } from './app-tasks.controller.js';
export { AppsController } from './apps.controller.js';
export { DeploymentsController } from './deployments.controller.js';
export { InfoController } from './info.controller.js';
export { QueueController } from './queue.controller.js';
export { TasksController } from './tasks.controller.js';
export { WhyController } from './why.controller.js';
