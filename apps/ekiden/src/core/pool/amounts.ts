import {
  formatRanges,
  formatResources,
  fromMilli,
  rangesOf,
  resourcesToJson,
  scalarOf,
  type Quantities,
  type ResourceLimits,
  type ResourceJson,
  type Resources,
} from '@ekiden/offers';

/** Resources in the three forms their readers like. */
export interface ShownResources {
  /** `cpus:4;mem:8192;ports:[31000-32000]` */
  readonly text: string;
  /** By name, whatever they are reserved for: units, or the text of ranges and sets. */
  readonly amounts: Readonly<Record<string, number | string>>;
  readonly objects: readonly ResourceJson[];
}

/** Bags are immutable, and those of agents are shown again and again. */
const shown = new WeakMap<Resources, ShownResources>();

export function shownResources(resources: Resources): ShownResources {
  const known = shown.get(resources);
  if (known !== undefined) return known;
  const made = show(resources);
  shown.set(resources, made);
  return made;
}

function show(resources: Resources): ShownResources {
  const amounts: Record<string, number | string> = {};
  for (const { name, type } of resources) {
    if (Object.hasOwn(amounts, name)) continue;
    if (type === 'SCALAR') amounts[name] = fromMilli(scalarOf(resources, name));
    else if (type === 'RANGES') amounts[name] = formatRanges(rangesOf(resources, name));
    else amounts[name] = `{${itemsOf(resources, name).join(',')}}`;
  }
  return { text: formatResources(resources), amounts, objects: resourcesToJson(resources) };
}

/** In units, by name. */
export function shownQuantities(
  amounts: Quantities | ResourceLimits,
): Readonly<Record<string, number>> {
  return Object.fromEntries(amounts.map(({ name, milli }) => [name, fromMilli(milli)]));
}

function itemsOf(resources: Resources, name: string): readonly string[] {
  return resources.flatMap((object) =>
    object.type === 'SET' && object.name === name ? object.items : [],
  );
}
