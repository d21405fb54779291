/** Postgres cannot run here at all; the message ends with what to do instead. */
export class EmbeddedPostgresUnavailable extends Error {
  override readonly name = 'EmbeddedPostgresUnavailable';

  constructor(reason: string) {
    super(`${reason}. Set DATABASE_URL to use a Postgres server (15 to 18) of your own`);
  }
}
