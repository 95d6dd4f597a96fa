/** What the generator reports by itself; rules that are refused carry the codes of the rule book. */
export const GENERATOR_ERRORS = {
  WAF_ERR_GENERATOR_LEARN:
    'Learning rules from samples failed or took too long; it is tried again with the next window.',
  WAF_ERR_GENERATOR_DOOR:
    'The orchestrator does not answer, or not like an orchestrator; check generator.orchestrator_url and generator.orchestrator_key.',
} as const;

export type GeneratorErrorCode = keyof typeof GENERATOR_ERRORS;
