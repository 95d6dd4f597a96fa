import { watch } from 'chokidar';

export interface FileWatch {
  close(): Promise<void>;
}

/**
 * Calls `onQuiet` when something under `path` (a folder, or one file that may not exist yet) has changed
 * and nothing has changed since for `debounceMs`. Says nothing about what changed: the caller looks.
 * Resolves when watching has begun.
 */
export async function watchFiles(
  path: string,
  options: {
    readonly debounceMs: number;
    readonly onQuiet: () => void;
    readonly onError: (error: unknown) => void;
  },
): Promise<FileWatch> {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(path, { ignoreInitial: true });
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
