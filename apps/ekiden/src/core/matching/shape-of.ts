import { quantities, type Quantities } from '@ekiden/offers';
import { hostPortDemand, type AppDefinition } from '../app/index.js';
import { localVolumesOf } from '../volume/index.js';

/** What one instance needs, as it is asked of the allocator; ports count as numbers. */
export function shapeOf(app: AppDefinition): Quantities {
  const ports = hostPortDemand(app).filter((entry) => entry.kind !== 'none').length;
  const { cpus, mem, gpus } = app;
  const volumes = localVolumesOf(app).reduce((sum, { persistent }) => sum + persistent.size, 0);
  const disk = app.disk + volumes;
  return quantities({ cpus, mem, disk, gpus, ports });
}
