import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { watch } from 'chokidar';

export interface FileWatch {
  close(): Promise<void>;
}

/**
 * Calls `onQuiet` when something under `folder` has changed and nothing has changed since for
 * `debounceMs`. Says nothing about what changed: the caller looks. The folder is made when it does not
 * exist, for only then can it be watched. Resolves when watching has begun.
 */
export async function watchFiles(
  folder: string,
  options: {
    /** A file in the folder, which may not exist yet; nothing else is watched then. */
    readonly only?: string;
    readonly debounceMs: number;
    readonly onQuiet: () => void;
    readonly onError: (error: unknown) => void;
  },
): Promise<FileWatch> {
  const root = resolve(folder);
  const only = options.only === undefined ? undefined : resolve(options.only);
  const ignored = (path: string) => only !== undefined && path !== root && path !== only;
  await mkdir(root, { recursive: true });
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(root, { ignoreInitial: true, ignored });
  watcher.on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(options.onQuiet, options.debounceMs);
  });
  watcher.on('error', options.onError);
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return {
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
