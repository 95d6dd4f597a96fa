/** Every code this room reports or raises, with its meaning and cure; documented in `docs/errors.md`. */
export const RULES_ERRORS = {
  WAF_ERR_RULE_JSON_SYNTAX: 'The text is not JSON. The position says where and what was expected.',
  WAF_ERR_RULE_JSON_DUPLICATE_KEY: 'A key stands twice in one object. Remove one of them.',
  WAF_ERR_RULE_JSON_TOO_DEEP: 'The JSON is nested deeper than any rule can be. Flatten it.',
  WAF_ERR_RULE_TEXT_TOO_LARGE: 'The text is larger than one batch may be. Send it in parts.',
  WAF_ERR_RULE_BATCH_EMPTY:
    'The request holds no rule. Send one rule, an array, or {"rules": […]}.',
  WAF_ERR_RULE_BATCH_TOO_LARGE: 'One batch holds more rules than allowed. Send it in parts.',
  WAF_ERR_RULE_TYPE: 'A value has the wrong JSON type.',
  WAF_ERR_RULE_KEY_UNKNOWN:
    'A key is not part of the rule language. Unknown keys are never ignored.',
  WAF_ERR_RULE_KEY_MISSING: 'A required key is absent.',
  WAF_ERR_RULE_VALUE:
    'A value is outside of what its key accepts: range, length, format or choice.',
  WAF_ERR_RULE_ACTION_UNKNOWN:
    'The action is not one of block, log, ratelimit, allow and score. A typo never becomes an allow.',
  WAF_ERR_RULE_OPERATOR_UNKNOWN: 'The operator does not exist. docs/rules.md lists the operators.',
  WAF_ERR_RULE_TARGET_UNKNOWN: 'The target does not exist, or lacks or has a selector too many.',
  WAF_ERR_RULE_TRANSFORM_UNKNOWN: 'The transform does not exist. docs/rules.md lists them.',
  WAF_ERR_RULE_FIELD_UNKNOWN:
    'The field of a short-form rule is not one of URI, Method, SourceIP, Version, Body, Header:<name>.',
  WAF_ERR_RULE_OPERAND: 'The value does not fit the operator, e.g. a string where a number is due.',
  WAF_ERR_RULE_CONDITION_TOO_DEEP: 'Conditions are nested deeper than the limit. Split the rule.',
  WAF_ERR_RULE_CONDITION_TOO_LARGE: 'A rule has more conditions than the limit. Split the rule.',
  WAF_ERR_RULE_MATCHED_WITHOUT_SIBLING:
    '`on: "matched"` needs an earlier leaf in the same `all`, whose matched values it looks at.',
  WAF_ERR_RULE_MATCHES_EVERYTHING:
    'The pattern or condition is true for every request. Say what the attack looks like.',
  WAF_ERR_RULE_MATCHES_NOTHING:
    'The condition can never be true, e.g. an interval without numbers.',
  WAF_ERR_RULE_SCORE:
    'The action is `score` and no score is given, or there are too many categories.',
  WAF_ERR_RULE_PHASE:
    'A rule that looks at responses looks at the body of the request as well, or limits a rate. Split it.',
  WAF_ERR_RULE_EXPIRED: 'The rule expires in the past. Give a later expires_at, or ttl_seconds.',
  WAF_ERR_RULE_LIFETIME:
    'The lifetime is ambiguous: ttl_seconds beside expires_at, or ttl_seconds without a start.',
  WAF_ERR_RULE_EXAMPLE_AMBIGUOUS:
    'A string example needs a rule with a single target. Write a request object instead.',
  WAF_ERR_RULE_ID_DUPLICATE: 'The id is taken, in the batch, by a stored rule or by a rule file.',
  WAF_ERR_RULE_ID_MISMATCH: 'The id in the body is not the id in the address.',
  WAF_ERR_RULE_ID_UNKNOWN: 'There is no rule with this id.',
  WAF_ERR_RULE_STATIC: 'The rule comes from a file. Change the file, or hold the rule.',
  WAF_ERR_RULE_LIMIT: 'There would be more rules than allowed. Remove rules or raise the limit.',
  WAF_ERR_RULE_DYNAMIC_DISABLED:
    'Dynamic rules are switched off: [ml.dynamic_rules] enabled = false in the settings.',
  WAF_ERR_RULE_STORE_UNAVAILABLE:
    'The rule store did not answer, so nothing is known to have changed. Try again.',
  WAF_ERR_RULE_STORE_BUSY: 'Other writers were faster too many times in a row. Try again.',
  WAF_ERR_RULE_TRIAL_UNAVAILABLE: 'The trial of the rules could not be run. Try again.',
  WAF_ERR_RULE_FILE_UNREADABLE: 'A rule file cannot be read or written. The message says why.',
  WAF_ERR_RULE_RELEASE_DELAYED:
    'Warning. The change is stored; the queue did not take the marker, so a later check releases it.',
  WAF_ERR_RULE_DUPLICATE_CONDITION: 'Warning. Another rule has the same condition and action.',
  WAF_ERR_RULE_UNREACHABLE:
    'Warning. A rule of higher priority allows everything that this rule would match.',
  WAF_ERR_RULE_NEEDS_OUR_GUEST:
    'Warning. `max_length` and `requires` are enforced by this engine; the original guest ignores them.',
  WAF_ERR_TUNING_EFFECT:
    'An entry does exactly one thing: except, mode, paranoia or thresholds. Make it two entries.',
  WAF_ERR_TUNING_RULES_MISSING:
    'The entry does not say which rules it is about. `"rules": ["*"]` means all of them.',
  WAF_ERR_TUNING_RULES_UNUSED:
    'Paranoia levels and thresholds are for all rules. Leave `rules` out.',
  WAF_ERR_TUNING_EVERYTHING:
    'The entry would take all rules out of force everywhere. Give it a path (`/**` for all), or use the kill switch.',
  WAF_ERR_TUNING_PATH: 'The path cannot be used: `**` is allowed at the end, behind a slash, only.',
  WAF_ERR_TUNING_TARGET: 'The target does not exist, or no rule looks at values of it.',
  WAF_ERR_TUNING_RULES_UNKNOWN:
    'Warning. A selector selects no rule that is there now. It counts as soon as there is one.',
  WAF_ERR_TUNING_ID_DUPLICATE: 'Two entries have the same id. Rename one, or replace it with PUT.',
  WAF_ERR_TUNING_ID_UNKNOWN: 'There is no tuning entry with this id.',
  WAF_ERR_TUNING_LIMIT: 'There would be more tuning entries than allowed. Join or remove some.',
  WAF_ERR_RULE_NO_EXAMPLES:
    'Warning. A generated rule has no examples, so nothing was proved about it.',
} as const;

export type RuleErrorCode = keyof typeof RULES_ERRORS;
