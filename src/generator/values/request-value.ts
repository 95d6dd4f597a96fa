import type { InspectionRequest } from '../../engine/verdict.ts';

/** Groups of targets that a learned rule can look at; the names are targets of the rule language. */
export type ValueTarget =
  | 'path'
  | 'query.*'
  | 'query.names'
  | 'body.form.*'
  | 'body.json.*'
  | 'body.xml.text'
  | 'cookies.*'
  | 'headers.*'
  | 'files.*';

/** One value of a request, decoded as the engine decodes its target. */
export interface RequestValue {
  readonly target: ValueTarget;
  /** Lower case for headers. */
  readonly name: string;
  /** One byte per character (latin1). */
  readonly text: string;
  /** The same request with another text in this place; null when it cannot be put there. */
  readonly replace: ((text: string) => InspectionRequest) | null;
}
