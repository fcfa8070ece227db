import type { ListenerOut } from '@posthorn/contract'
import type { StoredListener } from '#store'

/**
 * Of a listener that waits for a request which becomes the example of what it expects, and of what came of that:
 *
 *   waiting --a request--> taken | failed     waiting --its time--> expired     waiting --cancel--> nothing is kept
 */
export interface Capture {
  readonly status: 'waiting' | 'taken' | 'failed' | 'expired'
  /** Who asked for it: the audit log names them for what comes of it. */
  readonly by: string
  readonly since: number
  readonly until: number
  readonly requestId: string | null
  readonly detail: string | null
}

type CaptureColumns = Pick<StoredListener, 'capture' | 'capture_until'>

export function captureOf({ capture }: Pick<StoredListener, 'capture'>): Capture | null {
  return capture === null ? null : (JSON.parse(capture) as Capture)
}

export function captureColumns(capture: Capture | null): CaptureColumns {
  return {
    capture: capture && JSON.stringify(capture),
    capture_until: capture?.status === 'waiting' ? capture.until : null,
  }
}

export function captureJson(row: Pick<StoredListener, 'capture'>): ListenerOut['capture'] {
  const capture = captureOf(row)
  if (capture === null) return null
  const { by: _, since, until, ...told } = capture
  return { ...told, since: new Date(since).toISOString(), until: new Date(until).toISOString() }
}
