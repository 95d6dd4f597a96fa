import { createHash } from 'node:crypto';
import type { KV } from 'nats';
import type { FleetConnection } from './connection.ts';
import { createKvCollection } from './kv-collection.ts';
import { type Feedback, isFeedback, MAX_FEEDBACK_BYTES } from './shapes/observed-request.ts';

/** What operators say about requests: the last word about each request id, for 30 days. */
export interface Feedbacks {
  /** Stores it in the place of what was said about the same request before. Throws FleetError. */
  add(feedback: Feedback): Promise<void>;
  /** Most recently said first. */
  list(filter: {
    readonly label?: Feedback['label'];
    readonly limit: number;
  }): Promise<readonly Feedback[]>;
  /**
   * Calls back with all there is and then with every later word, until it is stopped. After a restart
   * all of it comes again, so the listener keeps it by request id.
   */
  watch(onFeedback: (feedback: Feedback) => void): () => Promise<void>;
}

export function createFeedbacks(
  connection: FleetConnection,
  opened: { readonly bucket: KV; readonly bucketName: string },
): Feedbacks {
  const collection = createKvCollection<Feedback>(connection, {
    ...opened,
    maxBytes: MAX_FEEDBACK_BYTES,
    is: isFeedback,
    keyOf: ({ request_id }) => keyOf(request_id),
  });
  return {
    async add(feedback) {
      await collection.put(feedback);
    },
    async list({ label, limit }) {
      const all = (await collection.list()).map(({ value }) => value);
      return all.filter((each) => label === undefined || each.label === label).slice(0, limit);
    },
    watch: (onFeedback) =>
      collection.watch((_key, current) => {
        if (current !== null) onFeedback(current.value);
      }),
  };
}

/** Request ids may have characters that a key may not. */
function keyOf(requestId: string): string {
  return createHash('sha256').update(requestId).digest('hex').slice(0, 40);
}
