// What Nest on Fastify gives at best: ready answers of any size, and bodies that are only parsed.
// Without decorators' syntax, so that it runs as it stands.
import 'reflect-metadata';
import { Body, Controller, Get, Module, Param, Put, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

const BODY_LIMIT = 64 * 1024 * 1024;
const ready = new Map();

class ReferenceController {
  info() {
    return { name: 'trivial' };
  }

  bytes(size, reply) {
    if (!ready.has(size)) ready.set(size, Buffer.alloc(Number(size), 'x'));
    reply.header('content-type', 'application/json').send(ready.get(size));
  }

  parse(body) {
    return { keys: Object.keys(body).length };
  }
}

function method(name, route, ...parameters) {
  const { prototype } = ReferenceController;
  for (const [at, decorate] of parameters.entries()) decorate(prototype, name, at);
  route(prototype, name, Object.getOwnPropertyDescriptor(prototype, name));
}
Controller('v2')(ReferenceController);
method('info', Get('info'));
method('bytes', Get('bytes/:size'), Param('size'), Res());
method('parse', Put('parse'), Body());

class ReferenceModule {}
Module({ controllers: [ReferenceController] })(ReferenceModule);

const port = Number(process.argv[process.argv.indexOf('--http-port') + 1]);
const adapter = new FastifyAdapter({ bodyLimit: BODY_LIMIT });
const app = await NestFactory.create(ReferenceModule, adapter, { logger: false });
await app.listen(port, '127.0.0.1');
process.once('SIGTERM', () => {
  void app.close().then(() => process.exit(0));
});
