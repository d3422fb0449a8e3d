import type { ViteUserConfig } from 'vitest/config'

export default {
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
} satisfies ViteUserConfig
