/** One stage of a regression test of the Core Rule Set: a request and what the rules must say to it. */
export interface FtwTest {
  /** e.g. `920100-4` */
  readonly testId: string;
  /** The file that the rule under test is in, e.g. `REQUEST-920-PROTOCOL-ENFORCEMENT`. */
  readonly category: string;
  readonly request: FtwRequest;
  /** Sent as it is instead of `request`. */
  readonly raw: Uint8Array | null;
  /** Missing headers that a client always sends are added. */
  readonly autocompleteHeaders: boolean;
  readonly expected: FtwExpectation;
  /** What other engines and servers make of it: name → what differs. */
  readonly overrides: ReadonlyMap<string, FtwExpectation>;
  /** What the origin answers; null: 200 with a text of its own. */
  readonly response: FtwResponse | null;
}

export interface FtwRequest {
  readonly method: string;
  readonly uri: string;
  readonly version: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

export interface FtwResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

export interface FtwExpectation {
  readonly expectIds: readonly number[];
  readonly noExpectIds: readonly number[];
  /** A line of the log that must be there. */
  readonly matchRegex: string | null;
  readonly noMatchRegex: string | null;
  readonly status: number | null;
  /** The client gets no answer, or the answer that the request is malformed. */
  readonly expectError: boolean;
}
