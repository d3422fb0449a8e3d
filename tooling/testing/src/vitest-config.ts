import { join } from 'node:path'
import type { ViteUserConfig } from 'vitest/config'

/** The Vitest settings of a package whose tests use Postgres. Timeouts are generous: the machine may be busy. */
export const withPostgres = {
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: [join(import.meta.dirname, 'global-setup.ts')],
    // Generous: a busy machine must not turn a test red.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
  },
} satisfies ViteUserConfig
