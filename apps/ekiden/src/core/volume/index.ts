export {
  chooseDisks,
  localVolumesOf,
  type ChosenDisk,
  type DiskShortage,
  type LocalVolume,
} from './choose-disks.js';
export { freshClaim, leftAfter, returningClaim, type Claim, type NewVolume } from './claim.js';
export { isUnclaimed, reservedFor, withoutVolumes } from './reserved.js';
export { holdsMoreThanItsSize, isNewsOf, mebibytes, useText } from './volume-use.js';
export {
  volumeView,
  volumeViews,
  type VolumeSources,
  type VolumeState,
  type VolumeView,
} from './volume-view.js';
export {
  newVolumeId,
  uuidOf,
  type Volume,
  type VolumeId,
  type VolumeUse,
  type VolumeWipe,
  type WipeReason,
} from './volume.js';
