import { main } from './wiring/index.js';

await main(process.argv, process.env);
