interface ListedVolume {
  readonly Name: string;
  readonly UsageData?: { readonly Size?: number } | null;
}

/** Bytes of each volume, from an engine's answer about its disk; of some it does not know (-1). */
export function volumeSizesIn(answer: unknown): ReadonlyMap<string, number> {
  const { Volumes: volumes } = answer as { readonly Volumes?: readonly ListedVolume[] | null };
  const sizes = new Map<string, number>();
  for (const { Name: name, UsageData: use } of volumes ?? []) {
    if (use?.Size !== undefined && use.Size >= 0) sizes.set(name, use.Size);
  }
  return sizes;
}
