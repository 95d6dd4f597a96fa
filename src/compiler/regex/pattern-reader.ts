import type { ByteText } from '../byte-text.ts';

/** A cursor over the source of an expression. */
export class PatternReader {
  readonly source: ByteText;
  at = 0;

  constructor(source: ByteText) {
    this.source = source;
  }

  get done(): boolean {
    return this.at >= this.source.length;
  }

  /** The byte under the cursor as text, '' at the end. */
  peek(): string {
    return this.source.charAt(this.at);
  }

  next(): string {
    return this.source.charAt(this.at++);
  }

  /** Skips `text` if it comes next. */
  take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** What a sticky expression matches here, skipped; null if it does not. */
  takeMatch(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.at;
    const match = sticky.exec(this.source);
    if (match !== null) this.at = sticky.lastIndex;
    return match;
  }
}
