const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

/** Fields that every record has and a person at a terminal does not need. */
const SKIPPED = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg', 'err']);

/**
 * A JSON log record as one line for a person: `12:00:01 node-1 info active revision=v3`. Text that is
 * no record is shown as it is, after the name of the process.
 */
export function formatLogLine(process: string, line: string): string {
  const record = parse(line);
  if (record === null) return `         ${process} ${line}`;
  const time = typeof record.time === 'string' ? record.time.slice(11, 19) : '        ';
  const level = LEVELS[Number(record.level)] ?? 'info';
  const fields = Object.entries(record)
    .filter(([key]) => !SKIPPED.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const cause = errorText(record.err);
  return [time, process, level, record.msg ?? '', ...fields, ...cause].join(' ');
}

function parse(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function errorText(error: unknown): string[] {
  const message = (error as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? [`error=${message}`] : [];
}
