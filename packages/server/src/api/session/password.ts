import { argon2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { AppError } from '#domain'
import type { Random } from '#platform'

const derive = promisify(argon2)

/** What OWASP asks for at the least: 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const
const SALT_BYTES = 16
const HASH_BYTES = 32
/** Each takes a thread of four that files and look-ups of names also need, and 19 MiB. */
const TOGETHER = 2
/** Who guesses from many addresses at once waits here, and everybody else only for these. */
const WAITING_MAX = 64

type Cost = Readonly<Record<keyof typeof COST, number>>

/** Hashes and verifies passwords by argon2id, in a thread, two at a time. */
export class Passwords {
  readonly #random: Random
  readonly #waiting: (() => void)[] = []
  #underWay = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** In PHC form, with what it was made with, so that the cost can be raised without a migration. */
  async hash(password: string): Promise<string> {
    const salt = this.#random.fill(new Uint8Array(SALT_BYTES))
    const made = await this.#derive(password, salt, COST)
    return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${text(salt)}$${text(made)}`
  }

  /** With no kept hash it takes as long, and says no: nobody learns by the time who is a member. */
  async verify(password: string, kept: string | null): Promise<boolean> {
    const parsed = kept === null ? undefined : parse(kept)
    const { salt, expected, cost } = parsed ?? { salt: new Uint8Array(SALT_BYTES), expected: new Uint8Array(HASH_BYTES), cost: COST }
    const made = await this.#derive(password, salt, cost)
    const same = made.length === expected.length && timingSafeEqual(made, expected)
    return same && parsed !== undefined
  }

  async #derive(password: string, nonce: Uint8Array, cost: Cost): Promise<Buffer> {
    await this.#begin()
    try {
      // The same characters may be typed as different code points.
      const message = password.normalize('NFKC')
      return await derive('argon2id', { message, nonce, tagLength: HASH_BYTES, ...cost })
    } finally {
      this.#underWay--
      this.#waiting.shift()?.()
    }
  }

  async #begin(): Promise<void> {
    if (this.#underWay >= TOGETHER) {
      if (this.#waiting.length >= WAITING_MAX) throw new AppError('overloaded')
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#underWay++
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}

function parse(kept: string): { readonly salt: Uint8Array; readonly expected: Uint8Array; readonly cost: Cost } | undefined {
  const [, memory, passes, parallelism, salt, expected] =
    /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(kept) ?? []
  if (salt === undefined || expected === undefined) return undefined
  return {
    salt: Buffer.from(salt, 'base64'),
    expected: Buffer.from(expected, 'base64'),
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
  }
}
