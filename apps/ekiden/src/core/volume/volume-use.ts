import { fromMilli } from '@ekiden/offers';
import type { Volume } from './volume.js';

const MIB = 2 ** 20;

/** A change by less than this part of the size, and by less than a MiB, is no news. */
const NEWS_SHARE = 0.02;

/** In MiB, to one place: people read it. */
export function mebibytes(bytes: number): number {
  return Math.round((bytes / MIB) * 10) / 10;
}

export function holdsMoreThanItsSize({ size }: Pick<Volume, 'size'>, bytes: number): boolean {
  return bytes > fromMilli(size) * MIB;
}

/**
 * Whether what a host has measured is worth a row: the first measure, one on the other side of the
 * size, each while it is over, and changes that somebody would notice. A volume that fills up is
 * written some fifty times at most.
 */
export function isNewsOf(volume: Pick<Volume, 'size' | 'use'>, bytes: number): boolean {
  const { size, use } = volume;
  if (use === undefined) return true;
  if (holdsMoreThanItsSize(volume, bytes) || use.overSince !== undefined) return true;
  return Math.abs(bytes - use.bytes) >= Math.max(MIB, fromMilli(size) * MIB * NEWS_SHARE);
}

/** `data holds 20.3 MiB of 16 MiB`; empty where it has not been measured. */
export function useText({ containerPath, size, use }: Volume): string {
  if (use === undefined) return '';
  return `${containerPath} holds ${mebibytes(use.bytes)} MiB of ${fromMilli(size)} MiB`;
}
