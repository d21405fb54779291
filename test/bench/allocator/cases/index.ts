import type { AllocatorCase, Scale } from '../allocator-case.js';
import { quotaOrNot, quotas, roleBooks, stalledLoads, twoLoads } from './many-roles.js';
import { allFiltered, freed, otherDeclines, otherSizes, ports, volumes, w1 } from './one-role.js';
import { adding, arithmetic, reserving, reviving, sorting, suppressing } from './steps.js';

/** Those with goals first. */
export function allCases(scale: Scale): readonly AllocatorCase[] {
  return [
    w1(scale),
    allFiltered(scale),
    quotas(scale),
    freed(scale),
    adding(scale),
    volumes(scale),
    ports(scale),
    twoLoads(),
    stalledLoads(),
    suppressing(scale),
    ...otherDeclines(scale),
    quotaOrNot(scale),
    roleBooks(scale),
    reviving(scale),
    reserving(scale),
    sorting(scale),
    arithmetic(),
    ...(scale.long ? otherSizes() : []),
  ];
}
