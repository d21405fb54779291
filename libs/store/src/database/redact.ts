const SECRET_PARAMETERS = /([?&](?:password|sslpassword|pgpassword)=)[^&\s"']*/gi;
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@]*@/gi;

/** Text without passwords: those inside URLs, and the given secrets wherever they stand. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text.replace(USER_INFO, '$1:***@').replace(SECRET_PARAMETERS, '$1***');
  for (const secret of secrets) {
    // A very short password would blot out half of every sentence, and hides nothing.
    if (secret.length >= 3) clean = clean.replaceAll(secret, '***');
  }
  return clean;
}

/** The passwords a database URL carries, raw and decoded. */
export function secretsIn(url: string): readonly string[] {
  try {
    const parsed = new URL(url);
    const found = [parsed.password, safeDecode(parsed.password)];
    for (const name of ['password', 'sslpassword']) {
      const value = parsed.searchParams.get(name);
      if (value !== null) found.push(value, encodeURIComponent(value));
    }
    return [...new Set(found)].filter((secret) => secret !== '');
  } catch {
    return [];
  }
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
