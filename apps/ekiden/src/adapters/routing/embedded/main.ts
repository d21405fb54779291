import { RouterProcess, type RouterOrder } from './router-process.js';

/** The router's own program; started by `EmbeddedRouter` and nobody else. */
const order = JSON.parse(process.argv[2] ?? '{}') as RouterOrder;
await new RouterProcess(order).run();
