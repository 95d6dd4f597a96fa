import type { Observation } from '../suspicion/observation.ts';

/** Stops what was subscribed; resolves when nothing more will come. */
export type Stop = () => Promise<void>;

/** The traffic of the fleet. A batch that is not handled may come again. */
export interface TrafficSource {
  subscribe(handle: (observations: readonly Observation[]) => Promise<void>): Stop;
}

/** A person's word about one request. */
export interface FeedbackWord {
  readonly requestId: string;
  readonly label: 'attack' | 'false_positive';
  readonly actor: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What people say; after a start all of it comes again. */
export interface FeedbackSource {
  watch(listener: (word: FeedbackWord) => void): Stop;
}
