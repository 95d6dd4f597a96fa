/** `access-log`: Common and Combined Log Format, as Apache and nginx write them. */
export const RECORDING_FORMATS = ['jsonl', 'har', 'access-log'] as const;
export type RecordingFormat = (typeof RECORDING_FORMATS)[number];

/** Tells the format by the beginning of the text; null when it is none. An empty text is JSON lines. */
export function recordingFormat(head: Buffer): RecordingFormat | null {
  const text = head.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '');
  if (/^\s*$/.test(text)) return 'jsonl';
  if (/^\s*\{\s*"log"\s*:\s*\{/.test(text)) return 'har';
  if (/^\s*\{/.test(text)) return 'jsonl';
  const lines = text.split('\n').slice(0, 20);
  return lines.some((line) => /^\S+ .*\[[^\]]+\] "/.test(line)) ? 'access-log' : null;
}
