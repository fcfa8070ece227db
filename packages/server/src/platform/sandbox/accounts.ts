/**
 * Who has used how much processor time lately. What was used counts for half after ten seconds, so that nobody pays for long, and
 * what the next job of an owner will take is supposed from the last ones.
 */
export interface Accounts {
  /** What it used lately, in milliseconds. */
  usedMs(owner: string): number
  /** What its next job will take, as far as anybody can know. */
  expectedMs(owner: string): number
  /** A job begins: what it is expected to take counts at once, so that an owner with a thousand jobs does not get every child. */
  begin(owner: string): Charge
}

/** What a job was charged when it began. */
export interface Charge {
  /** It has ended: what it really took takes the place of what was expected. */
  end(tookMs: number): void
}

const HALF_LIFE_MS = 10_000
/** Owners of whom nothing is known. Less than a bomb, more than what is known to be small. */
const STRANGER_MS = 100
/** The newest job counts for so much in what is expected of the next. */
const NEWEST = 0.3
const OWNERS_MAX = 10_000

interface Account {
  usedMs: number
  /** When `usedMs` was so much. */
  at: number
  expectedMs: number
}

export function createAccounts(monotonic: () => number, ownersMax = OWNERS_MAX): Accounts {
  // In the order of use: who was not heard of for longest is forgotten first, and is a stranger again.
  const accounts = new Map<string, Account>()

  const now = ({ usedMs, at }: Account): number => usedMs * 2 ** ((at - monotonic()) / HALF_LIFE_MS)

  const charge = (owner: string, ms: number): Account => {
    const account = accounts.get(owner) ?? { usedMs: 0, at: 0, expectedMs: STRANGER_MS }
    account.usedMs = Math.max(0, now(account) + ms)
    account.at = monotonic()
    accounts.delete(owner)
    accounts.set(owner, account)
    if (accounts.size > ownersMax) accounts.delete(accounts.keys().next().value!)
    return account
  }

  return {
    usedMs(owner) {
      const account = accounts.get(owner)
      return account === undefined ? 0 : now(account)
    },
    expectedMs: (owner) => accounts.get(owner)?.expectedMs ?? STRANGER_MS,
    begin(owner) {
      const began = monotonic()
      const supposed = accounts.get(owner)?.expectedMs ?? STRANGER_MS
      charge(owner, supposed)
      return {
        end(tookMs) {
          const faded = supposed * 2 ** ((began - monotonic()) / HALF_LIFE_MS)
          const account = charge(owner, tookMs - faded)
          // What is dear is learnt at once; that it has become cheap, only from several.
          account.expectedMs = tookMs > account.expectedMs ? tookMs : account.expectedMs + (tookMs - account.expectedMs) * NEWEST
        },
      }
    },
  }
}
