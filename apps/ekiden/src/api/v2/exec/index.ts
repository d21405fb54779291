export { ExecController } from './exec.controller.js';
