/** Every code this room raises; documented in `docs/errors.md`. */
export const PIPELINE_ERRORS = {
  WAF_ERR_QUEUE_UNAVAILABLE:
    'Redis did not take the marker. The change is stored and is released when Redis is back; check [redis] url.',
  WAF_ERR_QUEUE_URL: 'The Redis URL is not redis://, rediss:// or unix:///path.',
  WAF_ERR_BUILD_FAILED:
    'The compile thread ended or threw while it worked. It is started again; the log has the cause.',
  WAF_ERR_BUILD_TIMEOUT: 'Compiling took longer than the limit. Make the rule set smaller.',
  WAF_ERR_RULE_EXAMPLE_NOT_MATCHED:
    'A `match` example does not make its rule match. Correct the example or the condition.',
  WAF_ERR_RULE_EXAMPLE_MATCHED:
    'A `no_match` example makes its rule match. Correct the example or narrow the condition.',
  WAF_ERR_PUBLISH_TOO_MANY_MODULES: 'The fleet runs as many modules as it may.',
  WAF_ERR_PUBLISH_TOO_MANY_TARGETS:
    'The module has too many assignments to nodes and labels. Deploy it to all once.',
  WAF_ERR_PUBLISH_NODE_UNKNOWN:
    'A node id in the target has never reported. GET /api/v1/nodes lists them.',
  WAF_ERR_PUBLISH_MODULE_REQUIRED:
    'universal-waf is built from the rules and always runs. Remove its rules, or use the kill switch.',
  WAF_ERR_PUBLISH_MODULE_UNKNOWN:
    'The fleet has no module of that name. GET /api/v1/wasm/modules lists those it has.',
  WAF_ERR_PUBLISH_CONFLICT: 'Others kept changing the desired state. Try again.',
  WAF_ERR_RELEASE_UNKNOWN: 'There is no release with that revision.',
  WAF_ERR_RELEASE_NOT_YET:
    'The revision was promised and was not released within the time asked for. Ask again.',
  WAF_ERR_RELEASE_NOTHING_BEFORE: 'There is no earlier release to go back to.',
  WAF_ERR_RELEASE_NOT_PUBLISHED:
    'That revision was never published. Choose one whose outcome is `published`.',
  WAF_ERR_RELEASE_KILLED:
    'That release was made under the kill switch, all in shadow mode. Use the kill switch, or choose another.',
  WAF_ERR_RELEASE_KILL_SWITCH:
    'The kill switch is engaged and this rollback would enforce rules again. Disengage it first.',
  WAF_ERR_RELEASE_ARTIFACT_GONE:
    'The artifact or rules of that release are in neither the archive nor the Object Store.',
  WAF_ERR_RELEASE_REFUSED: 'The rule book refused to return to the rules of that release.',
} as const;

export type PipelineErrorCode = keyof typeof PIPELINE_ERRORS;
