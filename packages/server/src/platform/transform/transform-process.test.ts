import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { loadedModules } from '../../../../../test/support/loaded-modules.ts'

it('a process of expressions loads JSONata, its regular expressions and one file of the domain', async () => {
  const { packages, files } = await loadedModules(fileURLToPath(new URL('./transform-process.ts', import.meta.url)))
  expect(packages).toEqual(['jsonata', 're2js'])
  const others = files.filter((file) => !/^platform\/(transform|sandbox)\//.test(file))
  expect(others).toEqual(['domain/exact-json.ts'])
})
