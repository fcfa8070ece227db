/**
 * The in-process short cut between rooms: who commits work wakes, so that the next room on this node looks at once.
 * A wake-up that nobody hears is allowed; every listener polls as well, so a lost wake-up costs time and never an event.
 */
export interface WakeUps<Topics extends object> {
  /** Calls every listener of the topic now. A listener that throws is reported apart and disturbs neither the caller nor the others. */
  wake<T extends keyof Topics>(topic: T, value: Topics[T]): void
  listen<T extends keyof Topics>(topic: T, handler: (value: Topics[T]) => void): Unlisten
}

export type Unlisten = () => void

/** `onFault` hears what a listener threw; without it the error surfaces as an uncaught one, because it is a defect. */
export function createWakeUps<Topics extends object>(onFault: (error: unknown) => void = surface): WakeUps<Topics> {
  const listeners = new Map<keyof Topics, ((value: never) => void)[]>()
  return {
    wake(topic, value) {
      const handlers = listeners.get(topic)
      if (handlers === undefined) return
      for (const handler of handlers) {
        try {
          handler(value as never)
        } catch (error) {
          onFault(error)
        }
      }
    },
    listen(topic, handler) {
      // The list is replaced, not changed, so that a handler may listen or stop listening while somebody is woken.
      listeners.set(topic, [...(listeners.get(topic) ?? []), handler])
      let listening = true
      return () => {
        if (!listening) return
        listening = false
        const handlers = [...(listeners.get(topic) ?? [])]
        handlers.splice(handlers.indexOf(handler), 1)
        if (handlers.length > 0) listeners.set(topic, handlers)
        else listeners.delete(topic)
      }
    },
  }
}

function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
