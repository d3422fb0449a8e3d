import { join } from 'node:path'
import type { ViteUserConfig } from 'vitest/config'

/** Vitest settings for packages whose tests use Postgres. Timeouts are long, because the machine may be busy. */
export const withPostgres = {
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: ['generate.ts', 'global-setup.ts'].map((file) => join(import.meta.dirname, file)),
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
  },
} satisfies ViteUserConfig
