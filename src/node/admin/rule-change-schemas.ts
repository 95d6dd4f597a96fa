const tags = ['rules'];
const text = { type: 'string' } as const;
const nullableText = { anyOf: [text, { type: 'null' }] } as const;
const failure = (description: string) =>
  ({ description, type: 'object', additionalProperties: true }) as const;

const PASSED_ON =
  'Passed on to the orchestrator, whose refusals come back with their diagnostics. Answers when ' +
  'the release has settled. Needs the role `rules`.';

const STATUSES = ['active', 'shadow', 'accepted', 'pending', 'held', 'off', 'expired'] as const;

const added = (description: string) =>
  ({
    description,
    type: 'object',
    required: ['id', 'status', 'created_at', 'release', 'expires_at', 'warnings'],
    properties: {
      id: text,
      ip: text,
      status: { type: 'string', enum: STATUSES },
      created_at: { ...text, format: 'date-time' },
      release: nullableText,
      expires_at: nullableText,
      warnings: { type: 'array', items: { type: 'object', additionalProperties: true } },
    },
  }) as const;

const failures = {
  400: failure('Not what the endpoint expects.'),
  409: failure('In conflict with what is there.'),
  422: failure('The orchestrator refuses it.'),
  429: failure('Too many changes.'),
  501: failure('`node.orchestrator_url` is not set.'),
  502: failure('The orchestrator does not answer, refuses the key of this node, or a node NACKed.'),
  503: failure('The orchestrator cannot accept it now.'),
} as const;

const responses = {
  201: added('Every node enforces it.'),
  202: added('Stored, but not enforced; `status` says why.'),
  ...failures,
} as const;

/** Schemas of the endpoints that change rules. Values are judged by the orchestrator. */
export const schemas = {
  add: {
    summary: 'Adds a rule that looks for a pattern in the URI.',
    description: PASSED_ON,
    tags,
    body: {
      type: 'object',
      required: ['pattern', 'action'],
      additionalProperties: false,
      properties: {
        pattern: { ...text, description: 'As in the short form of docs/rules.md.' },
        action: { ...text, description: '`block`, `log`, `ratelimit` or `allow`.' },
        severity: { ...text, description: '`critical`, `error`, `warning` or `notice`.' },
      },
    },
    response: responses,
  },
  blacklist: {
    summary: 'Blocks an address or a network.',
    description: PASSED_ON,
    tags,
    body: {
      type: 'object',
      required: ['ip'],
      additionalProperties: false,
      properties: {
        ip: { ...text, minLength: 1, maxLength: 64, description: 'IPv4 or IPv6, or a CIDR.' },
        reason: { ...text, description: 'For people.' },
        ttl_seconds: {
          type: 'integer',
          minimum: 0,
          description: '0: never expires. Absent: `ml.dynamic_rules.default_ttl_seconds`.',
        },
      },
    },
    response: responses,
  },
  remove: {
    summary: 'Removes a rule that came through an API.',
    description: PASSED_ON,
    tags,
    params: {
      type: 'object',
      properties: { id: { ...text, pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$' } },
    },
    response: {
      200: failure('No node enforces it any more.'),
      202: failure('Stored, but not released in the time that was waited.'),
      404: failure('There is no such rule.'),
      ...failures,
    },
  },
} as const;
