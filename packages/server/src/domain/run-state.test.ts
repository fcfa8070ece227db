import { describe, expect, test } from 'vitest'
import { mayRunGo, newRunStatuses, runMoves, terminalRunStatuses } from './run-state.ts'
import { runStatuses } from './status.ts'

/** All that can be reached from `from` by `moves`. */
function reach<S>(from: readonly S[], moves: readonly (readonly [S, S])[]): Set<S> {
  const seen = new Set(from)
  for (const one of seen) for (const [a, b] of moves) if (a === one) seen.add(b)
  return seen
}

describe('the life of a run', () => {
  test('reaches every status from the beginning, and an end from every status', () => {
    expect(reach(newRunStatuses, runMoves)).toEqual(new Set(runStatuses))
    for (const status of runStatuses) expect([...reach([status], runMoves)].some((end) => terminalRunStatuses.includes(end))).toBe(true)
  })

  test('is over when it is over, and cannot be written again', () => {
    for (const from of terminalRunStatuses) for (const to of runStatuses) expect(mayRunGo(from, to)).toBe(false)
  })

  test('a parked run goes on before it ends', () => {
    expect(mayRunGo('waiting', 'ok')).toBe(false)
    expect(mayRunGo('waiting', 'running')).toBe(true)
    expect(mayRunGo('running', 'running')).toBe(true)
  })
})
