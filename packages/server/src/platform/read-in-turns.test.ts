import { expect, test } from 'vitest'
import { readInTurns } from './read-in-turns.ts'

const MIB = 1024 * 1024

test('reads a megabyte or so in a turn of the event loop, and leaves out what is not there', async () => {
  const turns: number[] = []
  let turn = 0
  let reading = true
  const count = (): void => {
    turn++
    if (reading) setImmediate(count)
  }
  setImmediate(count)
  const read = (id: number) => {
    turns.push(turn)
    return id === 2 ? undefined : { row: id, bytes: 0.6 * MIB }
  }
  expect(await readInTurns([1, 2, 3, 4, 5, 6], read)).toEqual([1, 3, 4, 5, 6])
  reading = false
  expect(turns.slice(0, 3)).toEqual([0, 0, 0])
  expect(new Set(turns).size).toBe(3)
})

test('reads what is small at once', async () => {
  let done = false
  const rows = readInTurns(Array(1000).fill(1), (row: number) => ({ row, bytes: 500 })).then((all) => {
    done = true
    return all
  })
  await Promise.resolve()
  await Promise.resolve()
  expect([done, (await rows).length]).toEqual([true, 1000])
})
