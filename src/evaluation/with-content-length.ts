const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Adds the Content-Length that a client would have sent, when the headers do not tell the length. Headers
 * are name, value, name, value ….
 */
export function withContentLength(
  method: string,
  headers: readonly string[],
  body: Uint8Array | null,
): readonly string[] {
  if (body === null && !WITH_BODY.has(method)) return headers;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (name === 'content-length' || name === 'transfer-encoding') return headers;
  }
  return [...headers, 'Content-Length', String(body?.length ?? 0)];
}
