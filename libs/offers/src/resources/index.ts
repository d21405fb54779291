export {
  addResources,
  containsResources,
  equalResources,
  intersectResources,
  subtractResources,
  subtractSaturating,
} from './arithmetic.js';
export { attributeText, formatAttributes, parseAttributes, type Attribute } from './attributes.js';
export type { Conversion } from './conversion.js';
export { NO_LIMITS, type ResourceLimits } from './limits.js';
export { resourcesFromJson, resourcesToJson, type JsonError, type ResourceJson } from './json.js';
export { formatMilli, fromMilli, milli, parseMilli, toMilli, type Milli } from './milli.js';
export {
  chooseFromRanges,
  takePorts,
  withoutPorts,
  type PortShortage,
  type PortsTaken,
  type PortsWanted,
} from './ports.js';
export {
  addQuantities,
  coversQuantities,
  formatQuantities,
  NO_QUANTITIES,
  parseQuantities,
  quantities,
  quantitiesOf,
  quantityOf,
  scalarQuantitiesOf,
  shortOf,
  subtractQuantities,
  type Quantities,
  type Quantity,
} from './quantities.js';
export {
  allocatableTo,
  filterResources,
  isEmptyResources,
  portsResource,
  rangesOf,
  scalarOf,
} from './query.js';
export {
  containsRanges,
  countRanges,
  differenceRanges,
  formatRanges,
  type Range,
  type Ranges,
} from './ranges.js';
export {
  NO_RESOURCES,
  resourcesOf,
  UNRESERVED,
  type Resource,
  type Resources,
} from './resource.js';
export { formatResource, formatResources, parseResources, type TextError } from './text.js';
