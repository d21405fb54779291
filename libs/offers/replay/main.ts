import { drfAllocator } from '../src/allocator/index.js';
import { sortClients } from '../src/allocator/sort-clients.js';
import { offersProgram } from './program.js';

process.exitCode = await offersProgram(process, { makeAllocator: drfAllocator, sortClients });
