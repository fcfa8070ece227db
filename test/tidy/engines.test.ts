import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** `process.permission.drop`, by which each child process gives up what it needed to start, came with it (`@types/node`). */
const DROP_SINCE = [26, 3]

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as { engines: { node: string }; dependencies: { node: string } }
const versionOf = (text: string) => /(\d+)\.(\d+)/.exec(text)!.slice(1).map(Number)
const isAtLeast = ([major, minor]: number[], [least, leastMinor]: number[]) => major! > least! || (major === least && minor! >= leastMinor!)

test('whoever installs the server is asked for a Node whose child processes start, and the one that we run is of that age', () => {
  for (const of of ['server', 'cli']) {
    expect(isAtLeast(versionOf(read(`packages/${of}/package.json`).engines.node), DROP_SINCE), of).toBe(true)
  }
  expect(isAtLeast(versionOf(read('package.json').dependencies.node), DROP_SINCE)).toBe(true)
})
