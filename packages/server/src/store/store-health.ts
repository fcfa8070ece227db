import { AppError, type ErrorCode } from '#domain'
import { createSayOnce, type Clock, type Log } from '#platform'

/** How a store can fail without being wrong: each is an error code of its own, with `store_` before it. */
export type StoreFault = 'full' | 'read_only' | 'unavailable' | 'corrupt' | 'sync_failed'

/** What keeps the store from its work. Callers and `/readyz` get `code` and `detail`; the log also hears `advice`. */
export interface StoreTrouble {
  readonly code: ErrorCode
  readonly detail?: string
  /** For the operator: names files, and what to do. */
  readonly advice?: string | undefined
  /** No write is tried until it ends. */
  readonly refusesWrites: boolean
}

/** Why this process is not ready. One for a process; the store's engine, its guard and whoever watches its files write it. */
export interface StoreHealth {
  /** Begins, or says again, a trouble that lasts until `end`; `cause` names it, and sets it apart from others. `error` goes to the log only. */
  begin(cause: string, trouble: StoreTrouble, error?: unknown): void
  end(cause: string): void
  /** A call failed in this way. It is over when a commit succeeds; that there is room again, a probe has to show. */
  failed(fault: StoreFault, about: { readonly error: unknown; readonly advice?: string | undefined }): void
  /** A write was committed. */
  wrote(): void
  /** A write that took room was committed. */
  hadRoom(): void
  /** Whether the next probe has to take room. */
  readonly wantsRoom: boolean
  /** Why `/readyz` says no; undefined: nothing is wrong. */
  readonly trouble: StoreTrouble | undefined
  /** What every write is refused with; undefined: writes are tried. */
  readonly refusal: StoreTrouble | undefined
}

/** A full disk may still take a small write between two that fail: it counts as full until none has failed for so long. */
const FULL_HOLD_MS = 5000

interface Standing {
  readonly trouble: StoreTrouble
  readonly since: number
  failedAt: number
}

export interface StoreHealthOptions {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly log: Pick<Log, 'info' | 'error'>
}

export function createStoreHealth({ clock, log }: StoreHealthOptions): StoreHealth {
  const standing = new Map<string, Standing>()
  const sayOnce = createSayOnce(clock)

  const begin = (cause: string, trouble: StoreTrouble, error?: unknown): void => {
    const now = clock.monotonic()
    const known = standing.get(cause)
    const one = known ?? { trouble, since: now, failedAt: now }
    standing.set(cause, { ...one, trouble, failedAt: now })
    say(cause, trouble, error)
  }

  const say = (cause: string, { code, detail, advice }: StoreTrouble, error: unknown): void => {
    const said = sayOnce.pass(cause, { cause, code, detail, advice, ...(error !== undefined && { error }) })
    if (said !== undefined) log.error('store.trouble.stands', said)
  }

  const end = (cause: string): void => {
    const one = standing.get(cause)
    if (one === undefined) return
    standing.delete(cause)
    sayOnce.forget(cause)
    log.info('store.trouble.ended', { cause, code: one.trouble.code, afterMs: Math.round(clock.monotonic() - one.since) })
  }

  const first = (which: (one: Standing) => boolean): StoreTrouble | undefined => {
    for (const one of standing.values()) if (which(one)) return one.trouble
    return undefined
  }

  return {
    begin,
    end,
    failed: (fault, { error, advice }) => begin(fault, { code: `store_${fault}`, advice, refusesWrites: fault === 'sync_failed' }, error),
    wrote() {
      if (standing.size === 0) return
      end('unavailable')
      end('read_only')
    },
    hadRoom() {
      const full = standing.get('full')
      if (full !== undefined && clock.monotonic() - full.failedAt >= FULL_HOLD_MS) end('full')
    },
    get wantsRoom() {
      return standing.has('full')
    },
    get trouble() {
      return standing.size === 0 ? undefined : first(() => true)
    },
    get refusal() {
      return standing.size === 0 ? undefined : first(({ trouble }) => trouble.refusesWrites)
    },
  }
}

export function errorOf({ code, detail }: Pick<StoreTrouble, 'code' | 'detail'>, cause?: unknown): AppError {
  return new AppError(code, { ...(detail !== undefined && { detail }), ...(cause !== undefined && { cause }) })
}
