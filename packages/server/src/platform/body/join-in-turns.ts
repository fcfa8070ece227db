import { inTurns } from '../in-turns.ts'

const STEP_BYTES = 128 * 1024

/** One block of many pieces, copied while others have their turns. */
export async function joinInTurns(pieces: readonly Uint8Array[]): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let next = 0
  let length = 0
  await inTurns(() => {
    const stop = length + STEP_BYTES
    while (next < pieces.length && length < stop) {
      whole.set(pieces[next]!, length)
      length += pieces[next++]!.length
    }
    return next === pieces.length
  })
  return whole
}
