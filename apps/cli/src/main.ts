#!/usr/bin/env node
import { runCli } from './program.js';
import { ProcessTerminal } from './terminal/index.js';

process.exitCode = await runCli(process.argv.slice(2), new ProcessTerminal());
