/** Every code that the compiler puts into a diagnostic; listed in `docs/errors.md`. */
export const COMPILER_ERRORS = {
  WAF_ERR_COMPILE_TARGET_UNSUPPORTED:
    'The engine of this version does not serve the target yet. Use one of those that the hint names.',
  WAF_ERR_COMPILE_OPERATOR_UNSUPPORTED:
    'The engine of this version does not serve the operator yet. Use one of those that the hint names.',
  WAF_ERR_COMPILE_TRANSFORM_UNSUPPORTED:
    'The engine of this version does not serve the transform yet. Use one of those that the hint names.',
  WAF_ERR_COMPILE_CONDITION_UNSUPPORTED:
    'The condition uses a part of the rule language that the engine does not serve yet. Leave it out.',
  WAF_ERR_COMPILE_CONDITION_EMPTY:
    'An all or any without members says nothing. Give it at least one condition.',
  WAF_ERR_COMPILE_VALUE_INVALID:
    'The value cannot be compiled for its operator. The message says what is expected.',
  WAF_ERR_COMPILE_REGEX_INVALID:
    'The regular expression has an error, or a construct that has no linear-time meaning. The message names the offset, the hint what to write instead.',
  WAF_ERR_COMPILE_TOO_EXPENSIVE:
    'One inspection could spend more steps on this rule than a whole request may use. Look at fewer or smaller targets, or use fewer transforms.',
  WAF_ERR_COMPILE_LIMIT_EXCEEDED:
    'The rule set has more of something than a rule program can hold. Remove or merge rules.',
  WAF_ERR_COMPILE_TUNING_TOO_LARGE:
    'Exclusions of targets on overlapping paths would multiply the condition of a rule. Join entries, or make their paths disjoint.',
  WAF_ERR_COMPILE_PROGRAM_TOO_LARGE:
    'The compiled rule set is larger than a node accepts. Remove rules or shorten their value lists.',
} as const;

export type CompilerErrorCode = keyof typeof COMPILER_ERRORS;
