/** `If-None-Match` compares weakly: `W/` on either side is of no account (RFC 9110, 13.1.2). */
export function matchesTag(wanted: string | undefined, tag: string): boolean {
  return wanted !== undefined && bareTags(wanted).some((one) => one === '*' || one === bare(tag));
}

/** The same for a tag that is known before it is known whether there is anything: `*` will not do. */
export function namesTag(wanted: string | undefined, tag: string): boolean {
  return wanted !== undefined && bareTags(wanted).includes(bare(tag));
}

function bareTags(wanted: string): readonly string[] {
  return wanted.split(',').map(bare);
}

function bare(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
