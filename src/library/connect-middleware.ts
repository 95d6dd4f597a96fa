import type { IncomingMessage, ServerResponse } from 'node:http';
import { LIMITS } from '../config/limits.ts';
import { refusalOf } from './refusal.ts';
import { bodyLeftBehind, isUnread, peekBody } from './request-body.ts';
import type { Waf } from './waf.ts';
import type { WafVerdict } from './waf-verdict.ts';

/** A request as middleware sees it: node:http's, with what others may have put on it. */
export type ConnectRequest = IncomingMessage & {
  originalUrl?: string;
  ip?: string;
  rawBody?: unknown;
  body?: unknown;
  /** The verdict, for what comes after. */
  waf?: WafVerdict;
};

export interface ConnectOptions {
  readonly waf: Waf;
  /** Bytes of the body that are waited for; 0: judge without the body. Default: the engine's limit. */
  readonly maxBodyBytes?: number;
  /** Address of the client. Default: `request.ip` (Express), else that of the socket. */
  readonly ip?: (request: ConnectRequest) => string | undefined;
  readonly facts?: (request: ConnectRequest) => Readonly<Record<string, string>>;
  /** Is told every verdict, before the answer. */
  readonly onVerdict?: (verdict: WafVerdict, request: ConnectRequest) => void;
}

export type ConnectMiddleware = (
  request: ConnectRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Middleware for Express, connect and plain node:http. Put it before whatever parses bodies: it reads the
 * body as it was sent and puts it back. Behind a parser it judges what the parser left.
 */
export function secbeatConnect(options: ConnectOptions): ConnectMiddleware {
  const { maxBodyBytes = LIMITS.request.max_body_bytes } = options;

  return (request, response, next) => {
    const conclude = (body: Uint8Array | string | null) => {
      let refusal: ReturnType<typeof refusalOf>;
      try {
        request.waf = judged(request, body, options);
        options.onVerdict?.(request.waf, request);
        refusal = refusalOf(request.waf);
      } catch (error) {
        return next(error);
      }
      if (refusal === null) return next();
      response.writeHead(refusal.status, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
      });
      response.end(JSON.stringify(refusal.body));
    };
    if (maxBodyBytes > 0 && isUnread(request)) peekBody(request, maxBodyBytes).then(conclude, next);
    else conclude(bodyLeftBehind(request) ?? null);
  };
}

function judged(
  request: ConnectRequest,
  body: Uint8Array | string | null,
  { waf, ip, facts }: ConnectOptions,
): WafVerdict {
  return waf.inspect({
    method: request.method ?? '',
    url: request.originalUrl ?? request.url ?? '',
    version: `HTTP/${request.httpVersion}`,
    headers: request.rawHeaders,
    body,
    ip: (ip ? ip(request) : (request.ip ?? request.socket.remoteAddress)) ?? '',
    ...(facts && { facts: facts(request) }),
  });
}
