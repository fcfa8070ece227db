import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { loadedModules } from '../../../../../test/support/loaded-modules.ts'

it('a process of segments loads nothing that speaks to the network, to a database or to a log', async () => {
  const { packages, files } = await loadedModules(fileURLToPath(new URL('./segment-process.ts', import.meta.url)))
  expect(packages).toEqual(['liquidjs', 'saxes', 'xmlchars', 'zod', 'contract', 'sdk'])
  const rooms = new Set(files.map((file) => file.slice(0, file.indexOf('/'))))
  expect([...rooms].toSorted()).toEqual(['coordination', 'domain', 'flows', 'platform'])
  expect(files.filter((file) => /^(coordination|platform)\/(index|egress|vault|log)/.test(file))).toEqual([])
  expect(files.filter((file) => file.startsWith('coordination/'))).toEqual(['coordination/derive.ts', 'coordination/per-version.ts'])
})
