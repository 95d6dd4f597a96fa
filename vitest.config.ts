import { defineConfig } from 'vitest/config';

const suite = (name: string, timeout: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeout,
    hookTimeout: timeout,
    pool: 'forks' as const,
  },
});

/** Three suites, cheapest first; integration and e2e start real servers on free loopback ports. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [suite('unit', 20_000), suite('integration', 60_000), suite('e2e', 180_000)],
  },
});
