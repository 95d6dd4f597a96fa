import { EXIT_CODE } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** A service that runs in this process. */
export interface Service {
  close(): Promise<void>;
}

const CLOSE_DEADLINE_MS = 4_500;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Keeps a service running until SIGINT or SIGTERM, then closes it and ends the process. A signal while
 * it starts, a second signal, or a close that takes too long, ends the process at once.
 */
export async function runUntilSignal(
  start: () => Promise<Service>,
  terminal: Terminal,
): Promise<never> {
  const stopped = new Promise<null>((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve(null));
  });
  const service = await Promise.race([start(), stopped]).catch((error: unknown) => {
    // What was started before the failure must not keep the process alive; its message comes first.
    setTimeout(() => process.exit(), 500).unref();
    throw error;
  });
  if (service === null) process.exit(EXIT_CODE.ok);
  await stopped;
  for (const signal of SIGNALS) process.once(signal, () => process.exit(EXIT_CODE.refused));
  setTimeout(() => {
    terminal.err('closing takes too long; ended');
    process.exit(EXIT_CODE.refused);
  }, CLOSE_DEADLINE_MS);
  await service.close();
  process.exit(EXIT_CODE.ok);
}
