import { defineConfig } from 'vitest/config'

const shared = {
  // A test left alone with `.only` would hide all others.
  allowOnly: false,
  pool: 'forks',
  testTimeout: 30_000,
  hookTimeout: 30_000,
} as const

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: 2,
    allowOnly: false,
    projects: [
      { test: { ...shared, name: 'unit', include: ['packages/**/*.test.ts'] } },
      { test: { ...shared, name: 'e2e', include: ['test/**/*.test.ts'] } },
    ],
  },
})
