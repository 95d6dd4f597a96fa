/** Thrown where a construct has no counterpart in the rule language; the message is the reason. */
export class Gap extends Error {
  override readonly name = 'Gap';
}
