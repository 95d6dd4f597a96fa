import { Transform, type TransformCallback } from 'node:stream';
import type { FastifyPluginCallback, FastifyRequest, RequestPayload } from 'fastify';
import { LIMITS } from '../config/limits.ts';
import { refusalOf } from './refusal.ts';
import { announcesBody, bodyLeftBehind } from './request-body.ts';
import type { Waf } from './waf.ts';
import type { WafVerdict } from './waf-verdict.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The verdict on this request; null before it was judged. */
    waf: WafVerdict | null;
  }
}

export interface FastifyOptions {
  readonly waf: Waf;
  /** Bytes of the body that are kept for the inspection; 0: judge without the body. Default: the engine's limit. */
  readonly maxBodyBytes?: number;
  readonly facts?: (request: FastifyRequest) => Readonly<Record<string, string>>;
  /** Is told every verdict, before the answer. */
  readonly onVerdict?: (verdict: WafVerdict, request: FastifyRequest) => void;
}

/**
 * Judges every request in a preHandler hook, with the body as it was sent, and answers those that are
 * blocked with the status of the rule. Applies to the whole application it is registered in.
 */
export const secbeatFastify: FastifyPluginCallback<FastifyOptions> = (app, options, done) => {
  const { waf, maxBodyBytes = LIMITS.request.max_body_bytes, facts, onVerdict } = options;
  const heads = new WeakMap<FastifyRequest, BodyHead>();
  app.decorateRequest('waf', null);

  app.addHook('preParsing', (request, _reply, payload, next) => {
    if (maxBodyBytes === 0 || !announcesBody(request)) return next(null, payload);
    const head = new BodyHead(maxBodyBytes);
    heads.set(request, head);
    payload.on('error', (error) => head.destroy(error));
    next(null, payload.pipe(head));
  });

  app.addHook('preHandler', (request, reply, next) => {
    const verdict = waf.inspect({
      method: request.method,
      url: request.originalUrl,
      version: `HTTP/${request.raw.httpVersion}`,
      headers: request.raw.rawHeaders,
      body: heads.get(request)?.bytes ?? bodyLeftBehind(request) ?? null,
      ip: request.ip,
      ...(facts && { facts: facts(request) }),
    });
    request.waf = verdict;
    onVerdict?.(verdict, request);
    const refusal = refusalOf(verdict);
    if (refusal === null) return next();
    reply.code(refusal.status).header('cache-control', 'no-store').send(refusal.body);
  });

  done();
};

/** Without these two the hooks would apply to nothing but this plugin. */
Object.assign(secbeatFastify, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'secbeat',
});

/** Passes a body on and keeps its first bytes. */
class BodyHead extends Transform implements RequestPayload {
  /** Fastify compares it with the content length. */
  receivedEncodedLength = 0;
  readonly #chunks: Buffer[] = [];
  readonly #limit: number;
  #kept = 0;

  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    this.receivedEncodedLength += chunk.length;
    if (this.#kept < this.#limit) {
      this.#chunks.push(chunk);
      this.#kept += chunk.length;
    }
    callback(null, chunk);
  }
}
