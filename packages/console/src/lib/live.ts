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

/** What comes within a frame is shown at once, so that two hundred a second are sixty changes of the page at most. */
function publish(event: LiveEvent): void {
  if (waiting.push(event) > 1) return
  requestAnimationFrame(() => {
    const events = waiting
    waiting = []
    for (const hear of hearers) hear(events)
  })
}

/**
 * Has the page hear what comes and changes in an application, while somebody looks at it. A tab in the background holds no connection.
 * Tabs of one person (`who`) share theirs; without that each has its own.
 */
export function useLiveStream(app: string | undefined, who?: string): void {
  useEffect(() => {
    if (app === undefined) return undefined
    let stop: AbortController | undefined
    const look = (): void => {
      if (document.visibilityState === 'hidden') {
        stop?.abort()
        stop = undefined
      } else if (stop === undefined) {
        stop = new AbortController()
        void hearOf(app, who, stop.signal)
      }
    }
    document.addEventListener('visibilitychange', look)
    look()
    return () => {
      document.removeEventListener('visibilitychange', look)
      stop?.abort()
    }
  }, [app, who])
}

async function hearOf(app: string, who: string | undefined, signal: AbortSignal): Promise<void> {
  // Locks are there on https and on this machine only.
  if (who === undefined || !('locks' in navigator)) await follow(app, signal, { onEvent: publish, onLive: setLive })
  else await hearTogether({ app, name: `posthorn.live.${who}.${app}` }, signal)
  setLive(false)
}

type Said =
  | { readonly kind: 'event'; readonly event: LiveEvent }
  | { readonly kind: 'live'; readonly live: boolean }
  /** Somebody joined, and wants to know whether the stream is open. */
  | { readonly kind: 'joined' }

/**
 * A browser has six connections to a server for all its tabs, and a stream keeps one. So the tab that holds the lock has the stream and
 * passes on to the others; when it goes, in whatever way, the next one gets the lock and opens its own.
 */
async function hearTogether({ app, name }: { readonly app: string; readonly name: string }, signal: AbortSignal): Promise<void> {
  const channel = new BroadcastChannel(name)
  const say = (said: Said): void => {
    if (!signal.aborted) channel.postMessage(said)
  }
  let leads = false
  channel.addEventListener('message', ({ data }: MessageEvent<Said>) => {
    if (data.kind === 'event') publish(data.event)
    else if (data.kind === 'live') {
      // What came before this tab joined is known to nobody here; who opens the stream says so for itself.
      if (data.live && !isLive) publish({ topic: 'gap', of: allTopics })
      setLive(data.live)
    } else if (leads) say({ kind: 'live', live: isLive })
  })
  say({ kind: 'joined' })
  const lead = async (): Promise<void> => {
    leads = true
    await follow(app, signal, {
      onEvent(event) {
        publish(event)
        say({ kind: 'event', event })
      },
      onLive(live) {
        setLive(live)
        say({ kind: 'live', live })
      },
    })
  }
  // Rejects where the tab goes while it waits.
  await navigator.locks.request(name, { signal }, lead).catch(() => undefined)
  channel.close()
}

interface Following {
  onEvent(event: LiveEvent): void
  onLive(live: boolean): void
}

async function follow(app: string, signal: AbortSignal, { onEvent, onLive }: Following): Promise<void> {
  let isNew = true
  const onOpen = (): void => {
    // Between the page, or the tab that had the stream before, and this one something may have come.
    if (isNew) onEvent({ topic: 'gap', of: allTopics })
    isNew = false
    onLive(true)
  }
  while (!signal.aborted) {
    try {
      for await (const event of api.stream.listen(app, {}, { signal, onOpen, onLost: () => onLive(false) })) onEvent(event)
    } catch (error) {
      signedOut.note(error)
    }
    onLive(false)
    if (!signal.aborted) await pause(signal)
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, AGAIN_MS)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

/** Hears events as long as the component is there. `hear` has to stay the same. */
export function useHearing(hear: Hear): void {
  useEffect(() => {
    hearers.add(hear)
    return () => void hearers.delete(hear)
  }, [hear])
}

/** Whether changes come by themselves; if not, whoever shows something asks for itself. */
export function useIsLive(): boolean {
  return useSyncExternalStore(
    (reader) => {
      readers.add(reader)
      return () => readers.delete(reader)
    },
    () => isLive,
  )
}
