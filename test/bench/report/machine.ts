import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the figures were measured on, in one line. */
export function describeMachine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return (
    `${cpu?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${memory} GB, ` +
    `${type()} ${release()}, Node ${process.version}`
  );
}

/** Work waiting for a core, over one and five minutes. */
export function describeLoad(): string {
  const [one, five] = loadavg();
  return `load average ${one!.toFixed(2)} (1 min), ${five!.toFixed(2)} (5 min)`;
}
