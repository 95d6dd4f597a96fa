import { digestOf } from '../artifact/digest.ts';
import type { ReloadHint } from './fleet.ts';
import { MAX_HINTED_BYTES } from './reload-hint.ts';

const MAX_BASE64_LENGTH = Math.ceil(MAX_HINTED_BYTES / 3) * 4;

/** The artifact of the latest hint, still as text: at most one, at most `MAX_HINTED_BYTES`. */
export interface HintMemory {
  remember(hint: ReloadHint): void;
  /** The bytes, if they are those of `digest` and not more than `maxBytes`. */
  recall(digest: string, maxBytes: number): Uint8Array | undefined;
}

export function createHintMemory(): HintMemory {
  let kept: { readonly digest: string; readonly base64: string } | undefined;
  return {
    remember({ digest, bytecode_base64: base64 }) {
      // A hint without bytes is no reason to drop those of the one before.
      if (base64 !== '' && base64.length <= MAX_BASE64_LENGTH) kept = { digest, base64 };
    },
    recall(digest, maxBytes) {
      if (kept?.digest !== digest) return undefined;
      const bytes = Buffer.from(kept.base64, 'base64');
      // Only now is it known whether the sender told the truth about the digest.
      return bytes.length <= maxBytes && digestOf(bytes) === digest ? bytes : undefined;
    },
  };
}
