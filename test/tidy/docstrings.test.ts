import { expect, test } from 'vitest'
import { examplesOf, exportsOf, faultOfDocstring } from './docstrings.ts'
import { place, sourceFile } from './source-files.ts'

test.each(['packages/sdk/src/index.ts', 'packages/sdk/src/browser.ts', 'packages/contract/src/index.ts'])(
  'what reaches the door %s says what it is, and functions and classes show it',
  (door) => {
    const held = exportsOf(door)
    const faults = held.flatMap((one) => {
      const fault = faultOfDocstring(one)
      return fault === undefined ? [] : [`${place(one.file, one.line)} ${one.name}: ${fault}`]
    })
    expect(faults).toEqual([])
  },
)

test('finds what has no docstring, and a function without an example', () => {
  const text = `/** A heading of the file. */

export const a = 1
/** The number that is asked for. */
export function f() {}
/**
 * As f.
 *
 * @example g() // 1
 */
export const g = () => 1
// no docstring
export type T = string
/** Both are. */
export interface U {}
const hidden = 1
export { hidden }`
  const file = sourceFile('packages/sdk/src/door.ts', text)
  const faults = exportsOf('packages/sdk/src/door.ts', () => file).map((one) => [one.name, faultOfDocstring(one)])
  expect(Object.fromEntries(faults)).toEqual({
    a: 'has no docstring directly above it',
    f: 'its docstring has no @example',
    g: undefined,
    T: 'has no docstring directly above it',
    U: undefined,
  })
})

test('reads every example of a docstring', () => {
  expect(examplesOf('Adds.\n\n@example add(1, 2) // 3\n@example\nadd(0, 0)\n// 0\n@throws {TypeError} never')).toEqual([
    'add(1, 2) // 3',
    'add(0, 0)\n// 0',
  ])
})
