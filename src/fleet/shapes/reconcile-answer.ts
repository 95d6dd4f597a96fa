import { isBoolean, isObject, isOptional, isText } from './shape.ts';

/** A node's answer to a reconcile request. */
export interface ReconcileAnswer {
  readonly ok: boolean;
  readonly error?: string;
}

export const isReconcileAnswer = isObject<ReconcileAnswer>({
  ok: isBoolean,
  error: isOptional(isText(8_192)),
});
