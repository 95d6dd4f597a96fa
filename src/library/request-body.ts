import type { IncomingMessage } from 'node:http';

/** Whether the header block says that a body follows. */
export function announcesBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}

/** Whether there is a body that nobody has begun to read, so that it is still bytes. */
export function isUnread(request: IncomingMessage): boolean {
  return announcesBody(request) && !request.readableDidRead && request.readableEncoding === null;
}

/**
 * The first bytes of a body that nobody has read yet, at least `limit` of them or the whole body. They are
 * put back: whoever reads the request next gets all of it. Rejects when the client goes away before.
 */
export function peekBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    const finish = (conclude: () => void) => {
      request.off('readable', read).off('end', end).off('error', fail).off('close', close);
      conclude();
    };
    const fail = (error: Error) => finish(() => reject(error));
    /** Only a body without a byte ends here: any other is put back before. */
    const end = () => finish(() => resolve(Buffer.alloc(0)));
    const close = () => fail(new Error('the client went away'));
    const read = () => {
      for (let chunk = request.read(); chunk !== null; chunk = request.read()) {
        chunks.push(chunk);
        length += chunk.length;
      }
      if (length < limit && !request.complete) return;
      const body = Buffer.concat(chunks);
      // In the same turn as the read above: a stream that stays empty announces its end in the next one.
      if (length > 0) request.unshift(body);
      finish(() => resolve(body));
    };
    request.on('readable', read).on('end', end).on('error', fail).on('close', close);
    if (request.destroyed) close();
  });
}

/**
 * The body of a request as earlier middleware left it: `rawBody` if there is one, else `body` where it is
 * bytes or text. A body that was parsed is written again as JSON: not what was sent, but what the
 * application is going to see. Undefined when there is none.
 */
export function bodyLeftBehind(request: {
  readonly rawBody?: unknown;
  readonly body?: unknown;
}): Uint8Array | string | undefined {
  for (const body of [request.rawBody, request.body]) {
    if (body instanceof Uint8Array || typeof body === 'string') return body;
  }
  const { body } = request;
  return typeof body === 'object' && body !== null ? JSON.stringify(body) : undefined;
}
