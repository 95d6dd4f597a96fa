/** What the orchestrator's HTTP API answers by itself; rule, pipeline and fleet faults carry their own codes. */
export const ORCHESTRATOR_ERRORS = {
  WAF_ERR_API_UNAUTHORIZED:
    'The request carries no API key that is configured; send it as X-SecBeat-API-Key or Authorization: Bearer.',
  WAF_ERR_API_WRONG_KEYS:
    'Too many requests without a valid API key came from this address within a minute; correct the key, and wait as Retry-After says.',
  WAF_ERR_API_FORBIDDEN:
    'The API key is known but lacks the role that the endpoint needs; use a key that has it.',
  WAF_ERR_API_ROUTE_UNKNOWN:
    'No endpoint has this path; GET /api/v1/openapi.json lists all of them.',
  WAF_ERR_API_METHOD:
    'The path exists but not with this method; the Allow header names those it has.',
  WAF_ERR_API_RULE_UNKNOWN: 'No rule has this id; GET /api/v1/rules lists them.',
  WAF_ERR_API_TUNING_UNKNOWN:
    'No tuning entry has this id. `GET /api/v1/tuning` lists the entries.',
  WAF_ERR_API_CANDIDATE_UNKNOWN:
    'No candidate has this id; GET /api/v1/candidates lists those that the generator remembers.',
  WAF_ERR_API_CANDIDATE_BUSY:
    'The candidate was changed by somebody else again and again in the meantime; its rule was changed, ask once more.',
  WAF_ERR_API_RELEASE_UNKNOWN:
    'No release has this revision and none is promised; GET /api/v1/releases lists them.',
  WAF_ERR_API_NODE_UNKNOWN:
    'No node with this id has ever reported; GET /api/v1/nodes lists those that have.',
  WAF_ERR_API_TARGET:
    'The target is neither "all", a comma-separated list of node ids, nor label:<name>=<value>.',
  WAF_ERR_API_TARGET_EMPTY:
    'The target selects no live node, or names a dead one. It stands for nodes that join or come back; GET /api/v1/nodes lists ids and labels.',
  WAF_ERR_API_MEDIA_TYPE:
    'The body has a content type that the endpoint does not read; send the one the hint names.',
  WAF_ERR_API_BODY_SYNTAX: 'The body is not valid JSON.',
  WAF_ERR_API_BODY_INVALID:
    'The body or the query is JSON but not what the endpoint expects; the message names the field.',
  WAF_ERR_API_BODY_TOO_LARGE: 'The body is larger than the endpoint accepts; send less in one go.',
  WAF_ERR_API_UPLOAD:
    'The multipart form lacks its file, has several, or has a field that the endpoint does not know.',
  WAF_ERR_API_UPLOAD_TOO_LARGE: 'The uploaded module is larger than limits.upload.max_bytes.',
  WAF_ERR_API_RATE_LIMITED:
    'More requests per minute than orchestrator.rate_limit_per_minute; wait as Retry-After says.',
  WAF_ERR_API_REQUEST: 'The request is not valid HTTP or not acceptable; the message says why.',
  WAF_ERR_API_POLICY:
    'A rule of the policy has a type that is not supported, or no value that fits its type; the diagnostic says which.',
  WAF_ERR_API_SCALE:
    'The orchestrator does not start or stop machines; start another node and it joins the fleet by itself.',
  WAF_ERR_API_INTERNAL:
    'An unexpected fault in the orchestrator; its log has the details under the request id.',
} as const;

export type OrchestratorErrorCode = keyof typeof ORCHESTRATOR_ERRORS;
