import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// Tests start hundreds of threads and processes; compiled once, each of them starts in half the time.
process.env['NODE_COMPILE_CACHE'] ??= at('./node_modules/.cache/posthorn-tests')
// And they run from what is built for the program.
const resolve = { alias: [{ find: /^.*\/program-beside\.ts$/, replacement: at('./test/support/built-program.ts') }] }

const shared = {
  // A test left alone with `.only` would hide all others.
  allowOnly: false,
  pool: 'forks',
  // What a test file loads stays loaded for the next one: no module of ours keeps state, and to load them took most of the time.
  isolate: false,
  // Far beyond what any takes: on a machine that is busy with other things all of them take ten times as long.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 60_000, interval: 20 } },
} as const

/** Few lines each, so that they would come last, and a core would wait for them. */
const long = /conformance\.test\.ts$/

/** The tests of whole servers first, then all others: those are many and short, so that all cores are busy to the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rank = ({ project, moduleId }: TestSpecification) => (project.name === 'e2e' ? 0 : long.test(moduleId) ? 1 : 2)
    return sorted.toSorted((one, other) => rank(one) - rank(other))
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    // As many as cores: with a third one, whole servers starve each other, and what takes two minutes took five.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    allowOnly: false,
    projects: [
      { resolve, test: { ...shared, name: 'unit', include: ['packages/**/*.test.ts'] } },
      { resolve, test: { ...shared, name: 'e2e', include: ['test/**/*.test.ts'] } },
    ],
  },
})
