import type { ConfigErrorCode } from './error-codes.ts';

/** One thing wrong with the settings. */
export interface SettingFault {
  readonly code: ConfigErrorCode;
  /** Key path such as `node.proxy.max_body_bytes`; '' for the file as a whole. */
  readonly key: string;
  /** What a person wrote it in: a file name, `environment NAME`, or `overrides`. */
  readonly origin: string;
  /** 1-based place in the settings file, where known. */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  readonly hint: string;
}

/** The settings cannot be used; carries every fault, not only the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'WAF_ERR_CONFIG_INVALID' satisfies ConfigErrorCode;
  readonly faults: readonly SettingFault[];

  constructor(faults: readonly SettingFault[], options?: ErrorOptions) {
    super(`settings: ${faults.length} fault(s)\n${faults.map(describeFault).join('\n')}`, options);
    this.faults = faults;
  }
}

/** One line: `config/secbeat.toml:12 node.port: must be >= 0 (hint) [CODE]`. */
export function describeFault(fault: SettingFault): string {
  const column = fault.column === undefined ? '' : `:${fault.column}`;
  const place = fault.line === undefined ? fault.origin : `${fault.origin}:${fault.line}${column}`;
  const key = fault.key === '' ? '' : ` ${fault.key}`;
  const hint = fault.hint === '' ? '' : ` (${fault.hint})`;
  return `  ${place}${key}: ${fault.message}${hint} [${fault.code}]`;
}
