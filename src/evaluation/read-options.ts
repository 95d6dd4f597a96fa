import type { RecordingFormat } from './recording-format.ts';

/** A line or an entry that is no request. */
export interface BadRecord {
  /** Line, or entry of a HAR file, counted from 1. */
  readonly number: number;
  readonly reason: string;
}

export interface ReadOptions {
  /** Default: told by the content. */
  readonly format?: RecordingFormat;
  /** Client address of requests that were recorded without one. */
  readonly sourceIp?: string;
  /** Milliseconds since the epoch by which rules expire; 0 (the default): they do not. */
  readonly now?: number;
  /** Called for every record that is left out. */
  readonly onBad?: (bad: BadRecord) => void;
  /** Longest line or HAR entry; longer ones are bad. */
  readonly maxRecordBytes?: number;
}

/** What the readers fill in where the recording says nothing. */
export interface ReadDefaults {
  readonly sourceIp: string;
  readonly now: number;
  readonly maxRecordBytes: number;
  readonly onBad: (bad: BadRecord) => void;
}

/** An address of the block that documentation uses. */
export const UNKNOWN_CLIENT = '192.0.2.1';

export function readDefaults(options: ReadOptions): ReadDefaults {
  return {
    sourceIp: options.sourceIp ?? UNKNOWN_CLIENT,
    now: options.now ?? 0,
    maxRecordBytes: options.maxRecordBytes ?? 16 * 1024 * 1024,
    onBad: options.onBad ?? (() => {}),
  };
}
