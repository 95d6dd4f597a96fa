/** Runs a step that may take long, saying so first and how long it took when it is done. */
export async function withProgress<T>(title: string, step: () => Promise<T>): Promise<T> {
  process.stdout.write(`▶ ${title} …\n`);
  const started = Date.now();
  const result = await step();
  process.stdout.write(`✓ ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
  return result;
}
