import type { ViteUserConfig } from 'vitest/config'

export default {
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/name-missing-tools.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
} satisfies ViteUserConfig
