import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Writes files into a new folder, hands it to `use` and removes it.
 * @template Result
 * @param {Readonly<Record<string, string>>} files
 * @param {(folder: string) => Result} use
 * @returns {Result}
 */
export function withFiles(files, use) {
  const folder = mkdtempSync(join(tmpdir(), 'pwreset-ci-'));
  try {
    writeFiles(folder, files);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder @param {Readonly<Record<string, string>>} files */
export function writeFiles(folder, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
