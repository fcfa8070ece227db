import { expect, test } from 'vitest'
import { crowdedFactories } from './mutable-state.ts'
import { isTest, place, sourceFile, sourceFiles } from './source-files.ts'

test('state has a home: no factory keeps more than four variables that its inner functions change', () => {
  const product = sourceFiles().filter(({ path }) => path.startsWith('packages/') && !isTest(path))
  expect(product.length).toBeGreaterThan(300)
  const faults = product.flatMap((file) => crowdedFactories(file).map(({ line, fault }) => `${place(file, line)} ${fault}`))
  expect(faults).toEqual([])
})

test('counts what inner functions change, and not what a function changes for itself', () => {
  const factory = `
function create() {
  let a = 0, b = 0, c = 0
  let [d, e] = [0, 0]
  let own = 0
  own++
  return { add: () => { a++; b += 1; [c, d] = [1, 2]; return () => void (e = own) } }
}`
  const crowded = crowdedFactories(sourceFile('packages/a/src/a.ts', factory))
  expect(crowded).toEqual([{ line: 2, fault: 'inner functions change a, b, c, d, e: make it a class' }])
  expect(crowdedFactories(sourceFile('packages/a/src/a.ts', factory.replace('b += 1', 'void b')))).toEqual([])
  const loop = 'function sum() { let a = 0, b = 0, c = 0, d = 0, e = 0; a++; b++; c++; d++; e++; return a }'
  expect(crowdedFactories(sourceFile('packages/a/src/a.ts', loop))).toEqual([])
})
