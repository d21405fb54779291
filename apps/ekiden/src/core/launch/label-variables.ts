/** Longer ones would burst the environment of the task (marathon-api 10.1). */
const KEY_LENGTH_MAX = 492;
const VALUE_LENGTH_MAX = 511;

/**
 * `MARATHON_APP_LABEL_<NAME>` for each label, and the names, blank-separated, in
 * `MARATHON_APP_LABELS`. Labels that only differ in characters a name cannot hold share one
 * variable; the later label wins.
 */
export function labelVariables(labels: Readonly<Record<string, string>>): Record<string, string> {
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(labels)) {
    if (key.length <= KEY_LENGTH_MAX && value.length <= VALUE_LENGTH_MAX) {
      values.set(key.replace(/[^a-zA-Z0-9_]+/g, '_').toUpperCase(), value);
    }
  }
  const variables: Record<string, string> = { MARATHON_APP_LABELS: [...values.keys()].join(' ') };
  for (const [name, value] of values) variables[`MARATHON_APP_LABEL_${name}`] = value;
  return variables;
}
