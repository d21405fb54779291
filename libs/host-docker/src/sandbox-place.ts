/** Where a container finds what was fetched for it; Mesos's place (Docker containerizer). */
export const SANDBOX = '/mnt/mesos/sandbox';
