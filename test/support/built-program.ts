import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const dist = fileURLToPath(new URL('../../packages/cli/dist/', import.meta.url))
/** Built by `global-setup.ts` before the first test. */
const [, newest = ''] = /\.\/(\w+)\//.exec(readFileSync(join(dist, 'current.js'), 'utf8')) ?? []

/**
 * Stands in for that of the product where the test runner loads it (see `vitest.config.ts`): threads and child processes run as they are
 * shipped, which takes them half the processor time of a start from their sources. What is not shipped runs from its source.
 */
export function programBeside(name: string, importUrl: string): string {
  const built = join(dist, newest, `${basename(name)}.js`)
  return existsSync(built) ? built : fileURLToPath(new URL(`${name}.ts`, importUrl))
}
