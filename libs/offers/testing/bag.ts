import { parseResources, type Resource, type Resources } from '../src/resources/index.js';

/** Resources from their text form; throws for what is none. */
export function bag(text: string): Resources {
  const read = parseResources(text);
  if (!read.ok) throw new Error(`${read.error.position}: ${read.error.rule}`);
  return read.value;
}

/** The only resource of a text. */
export function object(text: string): Resource {
  const [only] = bag(text);
  if (only === undefined) throw new Error('no object');
  return only;
}
