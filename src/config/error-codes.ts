/** Every code this room raises: one sentence of meaning and cure each. */
export const CONFIG_ERRORS = {
  WAF_ERR_CONFIG_INVALID:
    'The settings have faults; the error lists each with its key, place and cure. Nothing was started.',
  WAF_ERR_CONFIG_FILE_NOT_FOUND:
    'The settings file that SECBEAT_CONFIG or --config names does not exist or cannot be read.',
  WAF_ERR_CONFIG_SYNTAX: 'The settings file is not valid TOML at the line and column given.',
  WAF_ERR_CONFIG_UNKNOWN_KEY:
    'A key is not a setting, often a slip of the pen; the hint names the nearest known key.',
  WAF_ERR_CONFIG_VALUE:
    'A value has the wrong type, is out of range or not among the allowed ones.',
  WAF_ERR_CONFIG_VARIABLE:
    'A value refers to an environment variable that is not set; set it or write a value.',
  WAF_ERR_CONFIG_CONFLICT:
    'Two settings contradict each other or one needs another that is missing.',
} as const;

export type ConfigErrorCode = keyof typeof CONFIG_ERRORS;
