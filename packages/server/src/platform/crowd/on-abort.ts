import { Crowd, type Placed } from './crowd.ts'

interface Waiting extends Placed {
  readonly call: () => void
}

const crowds = new WeakMap<AbortSignal, Crowd<Waiting>>()

/**
 * Calls once when a signal is given that outlives whoever asks, unless what this returns is called before. All of them share one listener: of
 * a listener that is removed Node keeps a pointer to the one that came behind it, so V8 took for alive whatever any of them had held, and copied
 * it twice (decisions/what-keeps-garbage-young).
 */
export function onAbort(signal: AbortSignal, call: () => void): () => void {
  const crowd = crowds.get(signal) ?? crowdOf(signal)
  const one = { call, place: 0 }
  crowd.enter(one)
  return () => void crowd.leave(one)
}

function crowdOf(signal: AbortSignal): Crowd<Waiting> {
  const crowd = new Crowd<Waiting>()
  crowds.set(signal, crowd)
  const tell = (): void => {
    for (const one of crowd.all()) if (crowd.leave(one)) one.call()
  }
  signal.addEventListener('abort', tell, { once: true })
  return crowd
}
