/** JSON Schemas that several routes share; `$id` is the name of the component in the OpenAPI document. */
const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const texts = { type: 'array', items: text } as const;
const nullable = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });

const diagnostic = {
  $id: 'Diagnostic',
  type: 'object',
  description: 'One fault: where it is, what is wrong, and what to do about it.',
  required: ['code', 'pointer', 'message', 'hint'],
  properties: {
    code: { ...text, description: 'Stable, WAF_ERR_<AREA>_<WHAT>; see docs/errors.md.' },
    severity: { enum: ['error', 'warning'], description: 'Absent: error.' },
    pointer: { ...text, description: 'JSON Pointer into what was sent.' },
    line: { type: 'integer', minimum: 1 },
    column: { type: 'integer', minimum: 1 },
    message: text,
    hint: text,
    file: text,
    rule_id: text,
  },
} as const;

const error = {
  $id: 'Error',
  type: 'object',
  description: 'Body of every answer that is not a success.',
  required: ['error'],
  properties: {
    error: text,
    code: text,
    hint: text,
    success: { const: false },
    diagnostics: { type: 'array', items: { $ref: 'Diagnostic#' } },
  },
} as const;

const releaseLink = {
  $id: 'ReleaseLink',
  type: 'object',
  required: ['revision', 'url'],
  properties: { revision: { ...text, examples: ['v43'] }, url: text },
} as const;

const accepted = {
  $id: 'Accepted',
  type: 'object',
  description: 'The change is stored and will be released.',
  required: ['ids', 'accepted', 'pending', 'release', 'warnings'],
  properties: {
    ids: texts,
    accepted: { ...count, description: 'How many rules.' },
    pending: { ...texts, description: 'Rules that wait for POST /api/v1/rules/{id}/approve.' },
    release: {
      ...nullable({ $ref: 'ReleaseLink#' }),
      description: 'The release that the change will be part of; null when none is needed.',
    },
    warnings: { type: 'array', items: { $ref: 'Diagnostic#' } },
  },
} as const;

const rule = {
  $id: 'Rule',
  type: 'object',
  additionalProperties: true,
  description: 'A rule as stored, with all defaults.',
  required: ['id', 'pattern', 'action', 'mode', 'source', 'state', 'rule'],
  properties: {
    id: text,
    pattern: { ...text, description: 'The condition for the human eye.' },
    action: { enum: ['block', 'allow', 'log', 'ratelimit', 'score'] },
    mode: { enum: ['enforce', 'shadow', 'off'] },
    source: { enum: ['static', 'dynamic'] },
    state: { enum: ['active', 'pending', 'held', 'expired', 'off'] },
    reason: text,
    tags: texts,
    tuning: { ...texts, description: 'Of one rule: ids of the tuning entries about it.' },
    actor: text,
    added_at: nullable(time),
    expires_at: nullable(time),
    file: text,
    hold: { type: 'object', additionalProperties: true },
    displaces: {
      type: 'object',
      additionalProperties: true,
      description: 'Of a static rule: the dynamic rule of the same id that gives way to it.',
    },
    pending_version: {
      type: 'object',
      additionalProperties: true,
      description: 'Of a dynamic rule: a newer content that waits for approval.',
    },
    rule: {
      type: 'object',
      additionalProperties: true,
      description: 'The whole rule in its long form; schemas/rule.json.',
    },
  },
} as const;

const ruleBody = {
  $id: 'RuleBody',
  description:
    'One rule, an array of rules, or {"rules":[…]}; short form (field, pattern, action) or long form (when, action). The full schema is schemas/rule.json; docs/rules.md explains it.',
  anyOf: [
    { type: 'object', additionalProperties: true },
    { type: 'array', items: { type: 'object', additionalProperties: true } },
  ],
  examples: [{ id: 'block-admin', field: 'URI', pattern: '^/admin', action: 'block' }],
} as const;

const release = {
  $id: 'Release',
  type: 'object',
  additionalProperties: true,
  description: 'A release, what it changed, and what every node answered.',
  required: ['revision', 'state', 'converged', 'cause', 'queued_at'],
  properties: {
    revision: text,
    state: {
      enum: ['queued', 'progressing', 'converged', 'failed', 'unchanged', 'superseded'],
    },
    converged: { type: 'boolean' },
    outcome: { enum: ['published', 'unchanged', 'superseded', 'failed'] },
    semver: text,
    module: text,
    digest: text,
    content_digest: text,
    size: count,
    target: {},
    cause: text,
    actor: text,
    previous: nullable(text),
    restores: text,
    rules: {
      type: 'object',
      properties: { total: count, added: texts, changed: texts, removed: texts },
    },
    queued_at: time,
    compiled_at: time,
    published_at: time,
    expected_nodes: texts,
    waiting: texts,
    acks: { type: 'array', items: { type: 'object', additionalProperties: true } },
    publish_to_active_ms: nullable({
      type: 'object',
      properties: { p50: { type: 'number' }, p99: { type: 'number' }, max: { type: 'number' } },
    }),
  },
} as const;

const deployment = {
  $id: 'Deployment',
  type: 'object',
  required: [
    'success',
    'deployed_to',
    'failed',
    'errors',
    'total_downtime_ms',
    'release',
    'warnings',
  ],
  properties: {
    success: { type: 'boolean', description: 'Every targeted node runs it.' },
    deployed_to: { ...texts, description: 'Ids of the nodes that run it.' },
    failed: { ...texts, description: 'Ids of the nodes that do not.' },
    errors: { type: 'object', additionalProperties: text, description: 'Node id → why not.' },
    total_downtime_ms: { type: 'number', minimum: 0 },
    release: { $ref: 'ReleaseLink#' },
    warnings: { type: 'array', items: { $ref: 'Diagnostic#' } },
    rolled_back_to: text,
    reason: text,
  },
} as const;

const node = {
  $id: 'Node',
  type: 'object',
  additionalProperties: true,
  required: ['id', 'alive', 'state', 'revision', 'drift', 'modules'],
  properties: {
    id: text,
    alive: { type: 'boolean', description: 'It reported within the last 30 s.' },
    state: { enum: ['starting', 'ready', 'degraded', 'draining'] },
    revision: { ...nullable(text), description: 'Of universal-waf.' },
    drift: {
      type: 'array',
      description: 'Modules whose digest is not the desired one.',
      items: { type: 'object', additionalProperties: true },
    },
    labels: { type: 'object', additionalProperties: text },
    version: text,
    admin_url: text,
    data_url: text,
    workers: count,
    started_at: time,
    reported_at: time,
    modules: { type: 'object', additionalProperties: true },
    counters: { type: 'object', additionalProperties: count },
  },
} as const;

export const SHARED_SCHEMAS = [
  diagnostic,
  error,
  releaseLink,
  accepted,
  rule,
  ruleBody,
  release,
  deployment,
  node,
] as const;
