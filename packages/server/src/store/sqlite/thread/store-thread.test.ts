import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { loadedByThread } from '../../../../../../test/support/loaded-modules.ts'
import { storeFolder } from '../../../../../../test/support/store-folder.ts'

it.each(['store-thread', 'read-thread'])('the %s loads no schema, no Kysely and no network', async (name) => {
  const folder = await storeFolder('thread')
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const program = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  const { packages } = await loadedByThread(program, { folder })
  expect(packages).toContain('better-sqlite3')
  // The plain part of the contract brings nothing along.
  expect(packages.filter((one) => !['better-sqlite3', 'contract'].includes(one))).toEqual([])
})
