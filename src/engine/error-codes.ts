/** Every code this room raises; documented in `docs/errors.md`. */
export const ENGINE_ERRORS = {
  WAF_ERR_ENGINE_PROGRAM_INVALID:
    'The rule program in the artifact does not pass the checks of its engine. Build the artifact again with the engine of this version.',
  WAF_ERR_ENGINE_MODULE_INVALID: 'V8 refuses to compile the module. Check it with wasm-validate.',
  WAF_ERR_ENGINE_UNSUPPORTED_OPCODE:
    'A foreign module uses an instruction that cannot be metered. Compile it without threads, exceptions, GC and table.grow.',
  WAF_ERR_ENGINE_RESERVED_EXPORT:
    'A foreign module exports a name that metering needs. Rename the export.',
  WAF_ERR_ENGINE_INSTANTIATE:
    'The module cannot be instantiated: its start function or a data segment traps. The message says why.',
  WAF_ERR_ENGINE_PROBE_FAILED:
    'The module trapped, ran out of fuel or answered with an invalid action for a sample request. Fix inspect_request.',
  WAF_ERR_ENGINE_PROBE_TIMEOUT:
    'The isolated probe did not finish in time. The module is too slow or too large to compile.',
  WAF_ERR_ENGINE_SIGNATURE_REQUIRED:
    'Only artifacts signed by a trusted key are accepted here. Sign it, or add the key to signing.trusted_key_files.',
  WAF_ERR_ENGINE_RELOAD_TIMEOUT:
    'A reload took longer than the limit and was given up; the old version goes on serving. Try again when the node is less busy.',
  WAF_ERR_ENGINE_RELOAD_CANCELLED:
    'A reload was cancelled by its caller; the old version goes on serving.',
  WAF_ERR_ENGINE_NO_PREVIOUS_VERSION:
    'There is no previous version in memory to roll back to. Deploy the wanted revision again.',
  WAF_ERR_ENGINE_UNKNOWN_MODULE: 'No module of this name is active. List the modules first.',
  WAF_ERR_ENGINE_TOO_MANY_MODULES:
    'The node runs as many modules as it may. Remove one, or replace one under its name.',
  WAF_ERR_ENGINE_MODULE_NAME:
    'A module name is 1 to 64 letters, digits, dots, dashes and underscores, and begins with a letter or digit.',
  WAF_ERR_ENGINE_ALREADY_ACTIVE: 'A staged module can be activated once. Stage the bytes again.',
} as const;

export type EngineErrorCode = keyof typeof ENGINE_ERRORS;
