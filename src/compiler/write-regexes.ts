import type { CompiledRegex } from './regex/compile-regex.ts';
import type { SectionWriter } from './section-writer.ts';
export function writeRegexes(_s: SectionWriter, _r: readonly CompiledRegex[]): void {}
export function regexWeight(_r: CompiledRegex): number {
  return 1;
}
