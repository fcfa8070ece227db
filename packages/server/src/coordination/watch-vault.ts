import type { Clock, Opened, Timer, Vault } from '#platform'
import type { StoreHealth } from '#store'

export interface VaultWatch {
  /** The same vault; what it cannot open is reported. */
  readonly vault: Vault
  stop(): void
}

export interface VaultWatchOptions {
  readonly vault: Vault
  readonly health: Pick<StoreHealth, 'begin' | 'end'>
  readonly clock: Pick<Clock, 'monotonic' | 'after'>
}

/** What waits for a secret that cannot be opened looks at it again after so long, in whichever room. */
export const SECRET_LOOK_MS = 30_000
/** So what was not asked for in this time is opened, set anew, or wanted by nobody. */
const FORGET_MS = 3 * SECRET_LOOK_MS
/** They are only counted: beyond it "so many or more". */
const COUNTED_MAX = 1000

/**
 * A secret that cannot be opened holds what needs it, in whichever room; here it is said once for all of them: not ready, and a log line
 * a minute, until all of them open again, are set anew, or are asked for no more.
 */
export function watchVault({ vault, health, clock }: VaultWatchOptions): VaultWatch {
  const closed = new Map<string, number>()
  let timer: Timer | undefined

  const forget = (): void => {
    timer?.cancel()
    timer = undefined
    const now = clock.monotonic()
    for (const [belonging, until] of closed) if (until <= now) closed.delete(belonging)
    if (closed.size === 0) health.end('secrets')
    else timer = clock.after(Math.min(...closed.values()) - now, forget)
  }

  const note = (belonging: string, code: string): void => {
    if (closed.size < COUNTED_MAX || closed.has(belonging)) closed.set(belonging, clock.monotonic() + FORGET_MS)
    timer ??= clock.after(FORGET_MS, forget)
    health.begin('secrets', {
      code: 'secret_unreadable',
      detail: `${closed.size} of the stored secrets cannot be opened with this server's master key. What needs them waits.`,
      advice: `One of them: ${belonging} (${code}). Start Posthorn with the master key that sealed it (this one is ${vault.keyId}), or set the secret anew. What waits goes on by itself.`,
      refusesWrites: false,
    })
  }

  const mended = (belonging: string): void => {
    if (closed.delete(belonging) && closed.size === 0) forget()
  }

  const watched = <Plain>(opened: Opened<Plain>, belonging: string): Opened<Plain> => {
    if (!opened.ok) note(belonging, opened.code)
    else if (closed.size > 0) mended(belonging)
    return opened
  }

  return {
    vault: {
      ...vault,
      seal(plain, belonging) {
        if (closed.size > 0) mended(belonging)
        return vault.seal(plain, belonging)
      },
      open: (sealed, belonging) => watched(vault.open(sealed, belonging), belonging),
      openText: (sealed, belonging) => watched(vault.openText(sealed, belonging), belonging),
    },
    stop() {
      timer?.cancel()
      timer = undefined
    },
  }
}
