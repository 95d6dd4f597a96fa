import { setTimeout as pause } from 'node:timers/promises';
import type { NatsError } from 'nats';
import { asFleetError } from './fleet-error.ts';

const ATTEMPTS = 5;
const PAUSE_MS = 25;
/** "subjects overlap with an existing stream" and "stream name already in use". */
const MADE_BY_OTHERS = new Set([10065, 10058]);

/**
 * Opens a bucket and makes it when it is not there. Two orchestrators that start together on a fresh
 * server may both find it missing; the one that comes second is refused and finds it the next time.
 */
export async function openBucket<T>(name: string, make: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await make();
    } catch (error) {
      const code = (error as NatsError).api_error?.err_code ?? 0;
      if (!MADE_BY_OTHERS.has(code) || attempt === ATTEMPTS) {
        throw asFleetError(error, `opening ${name}`);
      }
      await pause(PAUSE_MS * attempt);
    }
  }
}
