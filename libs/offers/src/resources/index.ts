export {
  addResources,
  containsResources,
  equalResources,
  intersectResources,
  remainderOf,
  subtractResources,
  subtractSaturating,
} from './arithmetic.js';
export { attributeText, formatAttributes, parseAttributes, type Attribute } from './attributes.js';
export { resourcesOf } from './canonical.js';
export { applyConversions, type Conversion, type ConversionRefusal } from './conversion.js';
export type { DiskInfo, DiskSource, Persistence, VolumeMount } from './disk.js';
export { fingerprint } from './fingerprint.js';
export { compareIdentity } from './identity.js';
export {
  fitsLimits,
  formatLimits,
  limitOf,
  limits,
  limitsOf,
  NO_LIMITS,
  parseLimits,
  subtractFromLimits,
  type ResourceLimits,
} from './limits.js';
export { resourcesFromJson, resourcesToJson, type JsonError } from './json.js';
export type { ResourceJson } from './json-form.js';
export type { JsonViolation } from './json-reading.js';
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
  containsQuantities,
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
  isDivisible,
  isEmptyResources,
  isPersistentVolume,
  isRefined,
  isReserved,
  isRevocable,
  isShared,
  mayUse,
  nonShared,
  portsResource,
  rangesOf,
  reservationStack,
  scalarOf,
  sharedOnce,
} from './query.js';
export {
  containsRanges,
  countRanges,
  differenceRanges,
  formatRanges,
  type Range,
  type Ranges,
} from './ranges.js';
export { UNRESERVED, type Reservation } from './reservation.js';
export {
  popReservation,
  pushReservation,
  reserve,
  reserveAs,
  stackViolation,
  unreserve,
} from './reserve.js';
export { NO_RESOURCES, type Resource, type Resources } from './resource.js';
export { shrinkToLimits, shrinkToQuantities } from './shrink.js';
export type { TextError } from './scanner.js';
export { formatResource, formatResources, parseResources } from './text.js';
export {
  createVolumes,
  destroyVolumes,
  growVolume,
  shrinkVolume,
  volumeIds,
  volumeViolation,
  withoutVolume,
  type VolumeId,
} from './volumes.js';
export type { ConversionsOrViolation, OperationViolation } from './operation-violation.js';
