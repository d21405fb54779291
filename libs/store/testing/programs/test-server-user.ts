/** A test run to be killed: starts a test server and prints `server <pid> <data directory>`. */
import { startTestServer } from '../test-server.js';

const server = await startTestServer();
process.stdout.write(`server ${server.postgres.serverPid() ?? 0} ${server.dataDir}\n`);
