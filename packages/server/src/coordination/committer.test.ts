import { describe, expect, it } from 'vitest'
import { createWakeUps, systemClock } from '#platform'
import type { AcceptOperation } from '#store'
import { batchesOf, createCommitter, type Committer } from './committer.ts'

const MIB = 1024 * 1024

/** Hands in one request for each of `bodies` in one turn, and returns how many bytes of bodies each commit had. `before`: what happens first. */
async function commitsOf(bodies: readonly number[], before: (committer: Committer) => void = () => {}): Promise<number[]> {
  const commits: number[] = []
  const bytesOf = ({ request }: AcceptOperation) => request?.body?.length ?? 0
  const committer = createCommitter({
    store: {
      async accept(_session, operations) {
        commits.push(operations.reduce((bytes, operation) => bytes + bytesOf(operation), 0))
        return { results: operations.map(() => ({ kind: 'accepted' })), lanes: [], tasks: [] }
      },
      acceptAnew: () => Promise.reject(new Error('nothing is made anew')),
      commitRunsAnew: () => Promise.reject(new Error('nothing is made anew')),
      commitRuns: () => Promise.reject(new Error('no run is committed')),
      settle: () => Promise.reject(new Error('nothing is settled')),
    },
    session: { id: 'ses_1' },
    wakeUps: createWakeUps((error) => {
      throw error
    }),
    clock: systemClock,
    ...batchesOf({ isShared: false }),
  })
  before(committer)
  const accepted = bodies.map((bytes) => {
    const request = { body: new Uint8Array(bytes) } as unknown as AcceptOperation['request']
    return committer.accept({ application: null, dedups: [], request, runs: [], messages: [] })
  })
  expect(await Promise.all(accepted)).toEqual(bodies.map(() => ({ kind: 'accepted' })))
  return commits
}

describe('a group commit', () => {
  it('regression: holds no more than 32 MiB of bodies, so that memory and what a database takes at once stay bounded', async () => {
    const commits = await commitsOf(Array.from({ length: 40 }, () => 10 * MIB))
    expect(commits.reduce((sum, bytes) => sum + bytes)).toBe(400 * MIB)
    expect(Math.max(...commits)).toBeLessThanOrEqual(32 * MIB)
  })

  it('takes a larger one alone, and many small ones together', async () => {
    expect(await commitsOf([40 * MIB, 1, 1])).toEqual([40 * MIB, 2])
    expect(await commitsOf(Array.from({ length: 256 }, () => 1024))).toEqual([256 * 1024])
  })

  it('accepts less than ends while deliveries are late because of this process', async () => {
    const commits = await commitsOf(
      Array.from({ length: 12 }, () => 1),
      ({ precedence }) => {
        for (let i = 0; i < 8; i++) precedence.ended()
        precedence.late()
      },
    )
    expect(commits).toEqual([7, 4, 1])
  })
})
