/**
 * Why an expression is refused. Thrown between the functions of this folder only; `compileRegex`
 * turns it into a value.
 */
export class RegexFault extends Error {
  /** Byte of the source at which the refused part begins. */
  readonly offset: number;
  /** What to write instead. */
  readonly hint: string;

  constructor(offset: number, message: string, hint: string) {
    super(message);
    this.name = 'RegexFault';
    this.offset = offset;
    this.hint = hint;
  }
}
