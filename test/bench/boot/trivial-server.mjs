// What Nest on Fastify itself takes to start: one controller with one answer. Without decorators'
// syntax, so that it runs as it stands.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

class InfoController {
  info() {
    return { name: 'trivial' };
  }
}
Controller('v2')(InfoController);
const info = Object.getOwnPropertyDescriptor(InfoController.prototype, 'info');
Get('info')(InfoController.prototype, 'info', info);

class TrivialModule {}
Module({ controllers: [InfoController] })(TrivialModule);

const port = Number(process.argv[process.argv.indexOf('--http-port') + 1]);
const app = await NestFactory.create(TrivialModule, new FastifyAdapter(), { logger: false });
await app.listen(port, '127.0.0.1');
process.once('SIGTERM', () => {
  void app.close().then(() => process.exit(0));
});
