import { formatQuantities, quantities, type Quantities } from '@ekiden/offers';
import { hostPortDemand, type AppDefinition } from '../app/index.js';
import { localVolumesOf } from '../volume/index.js';

/** A shape of resources, and the same as text. */
interface Shape {
  readonly amounts: Quantities;
  readonly text: string;
}

/** Of definitions that wait: they are asked for again in every turn. */
const SHAPES = new WeakMap<AppDefinition, Shape>();

/** What one instance needs, as it is asked of the allocator; ports count as numbers. */
export function shapeOf(app: AppDefinition): Quantities {
  return shapeWithText(app).amounts;
}

/** The same with its text: equal texts are equal shapes. */
export function shapeWithText(app: AppDefinition): Shape {
  let shape = SHAPES.get(app);
  if (shape === undefined) {
    const amounts = addUp(app);
    shape = { amounts, text: formatQuantities(amounts) };
    SHAPES.set(app, shape);
  }
  return shape;
}

function addUp(app: AppDefinition): Quantities {
  const ports = hostPortDemand(app).filter((entry) => entry.kind !== 'none').length;
  const { cpus, mem, gpus } = app;
  const volumes = localVolumesOf(app).reduce((sum, { persistent }) => sum + persistent.size, 0);
  const disk = app.disk + volumes;
  return quantities({ cpus, mem, disk, gpus, ports });
}
