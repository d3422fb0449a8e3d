import { join } from 'node:path'
import type { ViteUserConfig } from 'vitest/config'

/** The Vitest set-up of a package whose tests use Postgres. */
export const withPostgres = {
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: [join(import.meta.dirname, 'global-setup.ts')],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
} satisfies ViteUserConfig
