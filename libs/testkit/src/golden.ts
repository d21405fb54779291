import { expect } from 'chai';

/** Where golden files live; given by the caller, as this library touches no disk. */
export interface GoldenFiles {
  /** `undefined` = there is no such file yet. */
  read(path: string): string | undefined;
  write(path: string, text: string): void;
}

/**
 * Compares a text with the reviewed one in a file, or rewrites the file (`update`), so that the
 * difference is reviewed as text.
 */
export function expectGolden(
  files: GoldenFiles,
  path: string,
  options: { readonly text: string; readonly update: boolean },
): void {
  const actual = options.text.endsWith('\n') ? options.text : `${options.text}\n`;
  const expected = files.read(path);
  if (options.update) {
    if (expected !== actual) files.write(path, actual);
    return;
  }
  expect(actual, `${path} (UPDATE_GOLDEN=1 rewrites it)`).to.equal(expected ?? '');
}
