// Makes an engine with a container, names both on a line of JSON, and waits to be killed.
import { busyboxImage, TestEngine } from '../index.js';

const engine = await TestEngine.make();
const container = await engine.docker.createContainer({
  Image: await busyboxImage(engine.docker),
  Cmd: ['sleep', '600'],
});
await container.start();
const { State } = await container.inspect();
const left = { socketPath: engine.socketPath, containerId: container.id, pid: State.Pid };
process.stdout.write(`${JSON.stringify(left)}\n`);
