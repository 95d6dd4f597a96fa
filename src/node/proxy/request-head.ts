/** A request for the upstream, before its body is framed. Text is latin1. */
export interface RequestLines {
  readonly method: string;
  /** Origin form. */
  readonly path: string;
  /** Name, value, name, value; without `Transfer-Encoding` and `Connection`. */
  readonly headers: readonly string[];
}

/** How the body that follows is delimited: its length, in chunks, or by what the headers say already. */
export type BodyFraming = number | 'chunked' | 'as declared';

/**
 * The request as it goes on the wire, up to its body. Every part has passed Node's own strict parser,
 * which lets no CR, LF or NUL through, so that nothing in it can end a line early.
 */
export function requestHead({ method, path, headers }: RequestLines, framing: BodyFraming): string {
  let text = `${method} ${path} HTTP/1.1\r\n`;
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  if (framing === 'chunked') text += 'Transfer-Encoding: chunked\r\n';
  else if (framing !== 'as declared') text += `Content-Length: ${framing}\r\n`;
  return `${text}Connection: keep-alive\r\n\r\n`;
}

/** Whether the headers say how long the body is. */
export function declaresLength(headers: readonly string[]): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]!.length === 14 && headers[i]!.toLowerCase() === 'content-length') return true;
  }
  return false;
}
