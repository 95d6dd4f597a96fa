/** One fault, in the shape of schemas/diagnostic.json. */
export interface RefusalDiagnostic {
  readonly code: string;
  /** JSON Pointer into what was sent. */
  readonly pointer: string;
  readonly message: string;
  readonly [more: string]: unknown;
}

/** Body of an answer that is not a success, as far as it can be counted on. */
export interface RefusalBody {
  readonly error?: string;
  readonly code?: string;
  readonly hint?: string;
  readonly diagnostics?: readonly RefusalDiagnostic[];
}

/** The orchestrator said no; `status` and `body` go on to the caller. */
export class OrchestratorRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: RefusalBody;
  /** Seconds, from `Retry-After`. */
  readonly retryAfter: string | undefined;

  constructor(status: number, body: RefusalBody, retryAfter?: string) {
    super(body.error ?? 'the orchestrator refused the change');
    this.name = 'OrchestratorRefusal';
    this.status = status;
    this.code = body.code ?? 'WAF_ERR_NODE_ORCHESTRATOR';
    this.body = body;
    this.retryAfter = retryAfter;
  }

  /** The same refusal in terms of what the caller of this node sent. */
  translated(source: (pointer: string) => string): OrchestratorRefusal {
    const { diagnostics, ...body } = this.body;
    if (diagnostics === undefined) return this;
    return new OrchestratorRefusal(
      this.status,
      { ...body, diagnostics: translateDiagnostics(diagnostics, source) },
      this.retryAfter,
    );
  }
}

/** Lines and columns are dropped: they count in a text that this node wrote. */
export function translateDiagnostics(
  diagnostics: readonly RefusalDiagnostic[],
  source: (pointer: string) => string,
): RefusalDiagnostic[] {
  return diagnostics.map(({ line: _line, column: _column, ...diagnostic }) => ({
    ...diagnostic,
    pointer: source(diagnostic.pointer),
  }));
}
