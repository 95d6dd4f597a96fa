import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';
import type { Settings } from '../config/settings.ts';

export type { Logger };

/** Fields that may hold a secret, at the top of a log record and one object below. */
const SECRET_FIELDS = [
  ...['authorization', 'password', 'token', 'secret_access_key', 'api_key'],
  'orchestrator_key',
];
const SECRET_HEADERS = ['authorization', 'cookie', '["x-secbeat-api-key"]'];

const REDACTED = [
  ...SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]),
  ...SECRET_HEADERS.flatMap((header) => {
    const key = header.startsWith('[') ? header : `.${header}`;
    return [`headers${key}`, `*.headers${key}`];
  }),
];

/**
 * A pino logger that writes one JSON object a line to standard output (or to `destination`).
 * `name` is the process: `orchestrator`, `node-1`, … A reader that closes the pipe is no error.
 */
export function createLogger(
  settings: Settings['log'],
  name: string,
  destination?: DestinationStream,
): Logger {
  const options = {
    name,
    level: settings.level,
    redact: { paths: REDACTED, censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
