import type { ByteText } from '../byte-text.ts';
export interface RegexOptions {
  readonly ignoreCase: boolean;
  readonly lowercased?: boolean;
}
export type RegexResult =
  | { readonly ok: true; readonly regex: CompiledRegex }
  | {
      readonly ok: false;
      readonly offset: number;
      readonly message: string;
      readonly hint: string;
    };
export interface Clause {
  readonly literals: readonly ByteText[];
  readonly bytes: Uint8Array | null;
}
export interface Requirements {
  readonly minLength: number;
  readonly byteSets: readonly Uint8Array[];
  readonly clauses: readonly Clause[];
}
export interface CompiledRegex {
  readonly requirements: Requirements;
}
export function compileRegex(_source: ByteText, _options: RegexOptions): RegexResult {
  return { ok: false, offset: 0, message: 'stub', hint: '' };
}
