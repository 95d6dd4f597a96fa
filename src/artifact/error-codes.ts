/** Every code this room raises; documented in `docs/errors.md`. */
export const ARTIFACT_ERRORS = {
  WAF_ERR_ARTIFACT_TOO_LARGE: 'The file is larger than the limit. Remove rules or code from it.',
  WAF_ERR_ARTIFACT_NOT_WASM: 'The file does not begin like a WebAssembly binary of version 1.',
  WAF_ERR_ARTIFACT_TRUNCATED:
    'A section, vector or number reaches beyond the end of its bytes. The file is cut off or damaged.',
  WAF_ERR_ARTIFACT_MALFORMED:
    'The bytes break a rule of the WebAssembly binary format, or use a feature that is not allowed here.',
  WAF_ERR_ARTIFACT_IMPORTS:
    'The module imports something. Modules must run without imports; with AssemblyScript use --use abort=.',
  WAF_ERR_ARTIFACT_MEMORY:
    'The module needs exactly one own memory with a declared maximum within the limit.',
  WAF_ERR_ARTIFACT_TABLE: 'The tables of the module are larger than the limit.',
  WAF_ERR_ARTIFACT_EXPORTS:
    'The module must export `memory` and `inspect_request(i32, i32) -> i32`.',
  WAF_ERR_ARTIFACT_MANIFEST:
    'The manifest section is not what the schema asks for, or does not belong to these bytes.',
  WAF_ERR_ARTIFACT_SIGNATURE: 'The signature section is malformed or not the last section.',
  WAF_ERR_ARTIFACT_NOT_SPLICEABLE:
    'The engine cannot take a rule program: its memory, data section or encoding is not as the engine build makes it.',
  WAF_ERR_ARTIFACT_NO_PROGRAM: 'The module carries no rule program at the agreed address.',
  WAF_ERR_ARTIFACT_KEY: 'A key file is unreadable or does not hold an Ed25519 key in PEM form.',
  WAF_ERR_ARTIFACT_DIGEST: 'A digest is not `sha256:` and 64 hex digits, or not that of the bytes.',
  WAF_ERR_ARTIFACT_ARCHIVE: 'The archive could not be read or written. The cause says why.',
} as const;

export type ArtifactErrorCode = keyof typeof ARTIFACT_ERRORS;
