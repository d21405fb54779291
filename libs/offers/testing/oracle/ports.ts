import { quantityOf, resourcesOf, scalarQuantitiesOf } from '../../src/resources/index.js';
import type { Range, Resource, Resources } from '../../src/resources/index.js';
import { isReserved } from './objects.js';

/**
 * Unreserved ports go with the scalars they lie beside: as large a part of them, rounded up and
 * from the lowest, as of the scalar of which the largest part is given (MESOS-9324).
 */
export function portsInProportion(along: Resources, plain: Resources, given: Resources): Resources {
  const part = scalarQuantitiesOf(given);
  const ratios = scalarQuantitiesOf(plain).map(({ name, milli }) => quantityOf(part, name) / milli);
  const ratio = Math.max(0, ...ratios);
  if (ratio === 0 || ratio === 1) return along;
  return resourcesOf(
    along.map((object): Resource => {
      if (object.name !== 'ports' || object.type !== 'RANGES' || isReserved(object)) return object;
      const members = object.ranges.flatMap(membersOf);
      const count = Math.ceil(members.length * ratio);
      const ranges = members.slice(0, count).map((each) => ({ begin: each, end: each }));
      return { ...object, ranges };
    }),
  );
}

function membersOf({ begin, end }: Range): readonly number[] {
  return Array.from({ length: end - begin + 1 }, (_, index) => begin + index);
}
