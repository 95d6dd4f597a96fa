import type { ArchiveSettings } from '../../config/settings.ts';
import type { Archive } from './archive.ts';
import { createFilesystemArchive } from './filesystem-archive.ts';
import { createS3Archive } from './s3-archive.ts';

/**
 * The archive that the settings ask for. `extension` tells kinds of content apart: `wasm` for
 * artifacts; a second archive over the same settings may keep, say, `json` beside them.
 */
export function createArchive(settings: ArchiveSettings, extension = 'wasm'): Archive {
  return settings.kind === 's3'
    ? createS3Archive(settings.s3, extension)
    : createFilesystemArchive(settings.dir, extension);
}
