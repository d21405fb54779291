import type { Area } from '../language/index.js';
import { apps } from './apps.js';
import { defaults } from './defaults.js';
import { errors } from './errors.js';
import { ids } from './ids.js';
import { networks } from './networks.js';
import { restart } from './restart.js';
import { shapes } from './shapes.js';
import { transport } from './transport.js';

export const AREAS: readonly Area[] = [
  transport,
  shapes,
  errors,
  ids,
  apps,
  defaults,
  networks,
  restart,
];
