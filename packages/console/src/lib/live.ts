import type { StreamListenOut } from '@posthorn/sdk'
import { useEffect, useSyncExternalStore } from 'react'
import { api } from './api.ts'
import { signedOut } from './signed-out.ts'

export type LiveEvent = StreamListenOut
export type LiveTopic = Exclude<LiveEvent['topic'], 'gap'>

type Hear = (events: readonly LiveEvent[]) => void

/** After what the SDK does not try again by itself: too many streams, a session that is over. */
const AGAIN_MS = 10_000
const allTopics: readonly LiveTopic[] = ['request', 'run', 'message', 'delivery', 'endpoint']

const hearers = new Set<Hear>()
const readers = new Set<() => void>()
let isLive = false
let waiting: LiveEvent[] = []

function setLive(next: boolean): void {
  if (next === isLive) return
  isLive = next
  for (const reader of readers) reader()
}

/** What comes within a frame is told at once, so that two hundred a second are sixty changes of the page at most. */
function tell(event: LiveEvent): void {
  if (waiting.push(event) > 1) return
  requestAnimationFrame(() => {
    const events = waiting
    waiting = []
    for (const hear of hearers) hear(events)
  })
}

/** Has the page hear what comes and changes in an application, while somebody looks at it. A tab in the background holds no connection. */
export function useLiveStream(app: string | undefined): void {
  useEffect(() => {
    if (app === undefined) return undefined
    let stop: AbortController | undefined
    const look = (): void => {
      if (document.visibilityState === 'hidden') {
        stop?.abort()
        stop = undefined
      } else if (stop === undefined) {
        stop = new AbortController()
        void follow(app, stop.signal)
      }
    }
    document.addEventListener('visibilitychange', look)
    look()
    return () => {
      document.removeEventListener('visibilitychange', look)
      stop?.abort()
    }
  }, [app])
}

async function follow(app: string, signal: AbortSignal): Promise<void> {
  let isNew = true
  const onOpen = (): void => {
    // Between the page and its stream something may have come.
    if (isNew) tell({ topic: 'gap', of: allTopics })
    isNew = false
    setLive(true)
  }
  try {
    for await (const event of api.stream.listen(app, {}, { signal, onOpen, onLost: () => setLive(false) })) tell(event)
  } catch (error) {
    signedOut.note(error)
    setTimeout(() => void (signal.aborted || follow(app, signal)), AGAIN_MS)
  }
  setLive(false)
}

/** Hears events as long as the component is there. `hear` has to stay the same. */
export function useHearing(hear: Hear): void {
  useEffect(() => {
    hearers.add(hear)
    return () => void hearers.delete(hear)
  }, [hear])
}

/** Whether changes are told; if not, whoever shows something asks for itself. */
export function useIsLive(): boolean {
  return useSyncExternalStore(
    (reader) => {
      readers.add(reader)
      return () => readers.delete(reader)
    },
    () => isLive,
  )
}
