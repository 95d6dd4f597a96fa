import type { RecordedRequest } from '../../evaluation/recorded-request.ts';
import { VIEWS, type View } from '../shapes/shape.ts';
import { transformText } from '../shapes/transform-text.ts';
import type { RequestValue } from '../values/request-value.ts';
import { splitRequest } from '../values/split-request.ts';

/** A recorded request taken apart once, with its values in every view that was asked for. */
export interface PreparedRequest {
  readonly recorded: RecordedRequest;
  readonly values: readonly RequestValue[];
  /** The values in this view, without repetitions and without empty ones. */
  texts(view: View): readonly string[];
  /** What was found out about the request before: answers by the number of the question. */
  readonly answers: Map<string, boolean>;
}

const prepared = new WeakMap<RecordedRequest, PreparedRequest>();

/** Remembered as long as the recorded request lives. */
export function prepareRequest(recorded: RecordedRequest): PreparedRequest {
  const known = prepared.get(recorded);
  if (known !== undefined) return known;
  const values = splitRequest(recorded.request);
  const texts = new Map<View, readonly string[]>();
  const request: PreparedRequest = {
    recorded,
    values,
    answers: new Map(),
    texts(view) {
      let list = texts.get(view);
      if (list === undefined) {
        list = [...new Set(values.map(({ text }) => transformText(text, VIEWS[view])))];
        texts.set(view, list);
      }
      return list;
    },
  };
  prepared.set(recorded, request);
  return request;
}
