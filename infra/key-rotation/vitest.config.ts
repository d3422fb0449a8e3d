import type { ViteUserConfig } from 'vitest/config'

export default {
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
} satisfies ViteUserConfig
