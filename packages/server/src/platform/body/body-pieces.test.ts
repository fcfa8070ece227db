import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BodyPieces } from './body-pieces.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What the process holds once all is collected that nobody holds. */
function held(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

describe('a body in pieces', () => {
  test('is what came, in whatever pieces it came', async () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 4000, max: 9000 }), fc.constant(70_000)), {
      maxLength: 60,
    })
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        const pieces = new BodyPieces(() => true)
        const came = lengths.map((length, i) => Buffer.alloc(length, i + 1))
        for (const piece of came) pieces.add(piece)
        const whole = await pieces.whole()
        expect(pieces.length).toBe(whole.length)
        expect(whole.equals(Buffer.concat(came))).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  test('takes little more than it has, and not more than it claimed, when it comes byte by byte', async () => {
    let claimed = 0
    const pieces = new BodyPieces((bytes) => ((claimed += bytes), true))
    const before = held()
    for (let i = 0; i < 200_000; i++) pieces.add(Buffer.from(new Uint8Array([i & 255]).buffer))
    const grown = held() - before
    expect(grown).toBeLessThan(1_000_000) // as pieces of their own more than four, beside what the system takes for each
    expect(claimed).toBeLessThan(300_000)
    expect(grown).toBeLessThan(claimed + 500_000) // what else the process keeps meanwhile
    expect((await pieces.whole())[199_999]).toBe(199_999 & 255)
  })

  test('is refused where there is no room, whether a piece is kept or copied', () => {
    const kept = new BodyPieces(() => false)
    expect(kept.add(Buffer.alloc(1))).toBe(false)
    let left = 8
    const copied = new BodyPieces(() => left-- > 0)
    for (let i = 0; i < 8; i++) expect(copied.add(Buffer.alloc(1))).toBe(true)
    expect(copied.add(Buffer.alloc(1))).toBe(false)
  })
})
