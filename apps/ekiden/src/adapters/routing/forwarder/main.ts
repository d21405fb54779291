import { ForwarderProcess, type ForwarderOrder } from './forwarder-process.js';

/** The forwarder's own program; started by `ForwarderRouter` and nobody else. */
const order = JSON.parse(process.argv[2] ?? '{}') as ForwarderOrder;
await new ForwarderProcess(order).run();
