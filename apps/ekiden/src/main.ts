import { main } from './wiring/index.js';

await main({ args: process.argv.slice(2), env: process.env, workingDirectory: process.cwd() });
