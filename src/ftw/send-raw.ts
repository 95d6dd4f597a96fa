import { connect } from 'node:net';

export interface RawAnswer {
  /** null: the connection ended without a status line. */
  readonly status: number | null;
  /** The body as far as it came, e.g. why the node refused; latin1. */
  readonly text: string;
}

/** Milliseconds of silence after which what has come is the answer. */
const SILENCE_MS = 1_500;
const MAX_ANSWER_BYTES = 1_048_576;

/** Writes bytes to a port of this machine and reads the answer. Never fails: no answer is a result. */
export function sendRaw(port: number, bytes: Uint8Array): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    let received = '';
    const finish = () => {
      socket.destroy();
      resolve(answerOf(received));
    };
    socket.setTimeout(SILENCE_MS, finish);
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (isComplete(received) || received.length > MAX_ANSWER_BYTES) finish();
    });
    socket.on('error', finish);
    socket.on('close', finish);
  });
}

/** A connection that stays open says by its framing where the answer ends. */
function isComplete(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const head = received.slice(0, end);
  if (/^HTTP\/1\.\d 1\d\d /.test(head)) return isComplete(received.slice(end + 4));
  if (/^transfer-encoding:.*chunked/im.test(head)) return received.endsWith('0\r\n\r\n');
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  return length !== undefined && received.length >= end + 4 + Number(length);
}

function answerOf(received: string): RawAnswer {
  const [, status, rest = ''] = /^HTTP\/1\.\d (\d{3})(.*)$/s.exec(received) ?? [];
  if (status === undefined) return { status: null, text: '' };
  if (status === '100') return answerOf(rest.slice(rest.indexOf('\r\n\r\n') + 4));
  return { status: Number(status), text: rest.slice(rest.indexOf('\r\n\r\n') + 4) };
}
