import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A digest of the names and contents of files and folders. Contents, not dates: a checkout sets
 * dates anew, and going back to an earlier branch makes files older.
 */
export function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) addTo(hash, path);
  return hash.digest('hex');
}

function addTo(hash, path) {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) addTo(hash, join(path, name));
    return;
  }
  const content = readFileSync(path);
  hash.update(`${path}\0${content.length}\0`).update(content);
}
