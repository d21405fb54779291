/** "ekid" in ASCII: our own key space among the advisory locks of a shared database. */
const SPACE = 0x656b6964;

/** Two-part advisory lock keys (`pg_locks`: classid, objid). */
export const LEADER_LOCK = [SPACE, 1] as const;
export const MIGRATION_LOCK = [SPACE, 2] as const;
