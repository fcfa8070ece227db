import { joinInTurns } from './join-in-turns.ts'

/** What a Buffer takes beside its content, measured with those that Node's parser makes. */
export const PIECE_BYTES = 400
/** Beside so much content that is little. */
const LARGE_PIECE_BYTES_MIN = 8 * 1024
/** Most bodies come in fewer, and are not copied. */
const KEPT_PIECES_MAX = 8
const BLOCK_BYTES_MIN = 4 * 1024
const BLOCK_BYTES_MAX = 64 * 1024
/** Up to here the pieces are joined at once. Fresh memory for ten megabytes takes the kernel tens of milliseconds. */
const AT_ONCE_BYTES_MAX = 256 * 1024

/**
 * A body as it comes. Whoever sends it says in how many pieces, and byte by byte they would take four hundred times what the body has. So
 * from the ninth on small ones are copied into blocks, and what is claimed is what they take.
 */
export class BodyPieces {
  readonly #claim: (bytes: number) => boolean
  readonly #pieces: Buffer[] = []
  #block: Buffer = Buffer.alloc(0)
  /** What of the block stands among the pieces, and what holds content. */
  #given = 0
  #filled = 0
  /** Of all that was added. */
  length = 0

  /** `claim` asks for room in memory; false if there is none. */
  constructor(claim: (bytes: number) => boolean) {
    this.#claim = claim
  }

  /** False: there is no room for it. */
  add(piece: Buffer): boolean {
    if (this.#pieces.length >= KEPT_PIECES_MAX && piece.length < LARGE_PIECE_BYTES_MIN) return this.#copy(piece)
    if (!this.#claim(piece.length + PIECE_BYTES)) return false
    this.#notify()
    this.#pieces.push(piece)
    this.length += piece.length
    return true
  }

  /** The whole body; a promise where joining it takes turns. */
  whole(): Buffer | Promise<Buffer> {
    this.#notify()
    if (this.#pieces.length === 1) return this.#pieces[0]!
    return this.length <= AT_ONCE_BYTES_MAX ? Buffer.concat(this.#pieces, this.length) : joinInTurns(this.#pieces)
  }

  #copy(piece: Buffer): boolean {
    for (let at = 0; at < piece.length;) {
      if (this.#filled === this.#block.length && !this.#begin()) return false
      const copied = piece.copy(this.#block, this.#filled, at)
      this.#filled += copied
      this.length += copied
      at += copied
    }
    return true
  }

  /** A new block, larger where more has come. */
  #begin(): boolean {
    this.#notify()
    const bytes = Math.min(Math.max(this.length, BLOCK_BYTES_MIN), BLOCK_BYTES_MAX)
    if (!this.#claim(bytes + PIECE_BYTES)) return false
    this.#block = Buffer.allocUnsafeSlow(bytes)
    this.#given = this.#filled = 0
    return true
  }

  #notify(): void {
    if (this.#filled > this.#given) this.#pieces.push(this.#block.subarray(this.#given, this.#filled))
    this.#given = this.#filled
  }
}
