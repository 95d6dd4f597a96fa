/** One attempt to change what runs. */
export interface ReloadRecord {
  /** RFC 3339, UTC: when the attempt ended. */
  readonly timestamp: string;
  readonly module: string;
  /** The revision that was wanted; '' when the attempt failed before it was known. */
  readonly version: string;
  readonly origin: string;
  readonly duration_ms: number;
  readonly downtime_ms: number;
  readonly requests_during_reload: number;
  readonly success: boolean;
  readonly error?: { readonly code: string; readonly message: string };
}

const KEPT = 100;

/** The last reloads and the last failed ones, newest first. */
export class ReloadJournal {
  readonly #reloads: ReloadRecord[] = [];
  readonly #failures: ReloadRecord[] = [];

  add(record: ReloadRecord): void {
    keep(this.#reloads, record);
    if (!record.success) keep(this.#failures, record);
  }

  get reloads(): readonly ReloadRecord[] {
    return this.#reloads;
  }

  get failures(): readonly ReloadRecord[] {
    return this.#failures;
  }
}

function keep(records: ReloadRecord[], record: ReloadRecord): void {
  records.unshift(record);
  if (records.length > KEPT) records.pop();
}
