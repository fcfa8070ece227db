import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock, Timer } from './clock.ts'

type Collect = (options: { readonly type: 'minor' } | { readonly type: 'major'; readonly flavor: 'last-resort' }) => void

const BYTES = 4 * 1024 * 1024

let collect: Collect | undefined
let bytes = 0

/**
 * To be called with bytes that come in pieces and go at once. Every few megabytes it has V8 collect what was made lately, which takes a
 * millisecond or two: pieces lie outside its heap, and it looks for those that nobody has any more only when there are 64 MiB of them. So
 * a file of 200 MB that was handed on piece by piece took 76 MB of memory; with this it takes 5.
 */
export function handedOn(piece: number): void {
  bytes += piece
  if (bytes < BYTES) return
  bytes = 0
  collect ??= collector()
  collect({ type: 'minor' })
}

/** Less of it than this was used: hardly anybody calls. */
const IDLE_SHARE = 0.05
const LOOK_MS = 5_000

/**
 * Once, as soon as nobody calls for a few seconds. Loading leaves 40 MB behind that V8 keeps for what is made next, and a process that has
 * nothing to do would never give them back. It takes a tenth of a second, and V8 forgets what it has compiled: at the start itself, whoever
 * waits for it would wait for that, and the first callers for what is compiled anew.
 */
export function giveBackOnceIdle(clock: Clock, giveBack = giveBackMemory): Timer {
  let timer: Timer
  const look = () => {
    const used = clock.processor()
    timer = clock.after(LOOK_MS, () => (clock.processor() - used < IDLE_SHARE * LOOK_MS ? giveBack() : look()))
  }
  look()
  return { cancel: () => timer.cancel() }
}

function giveBackMemory(): void {
  collector()({ type: 'major', flavor: 'last-resort' })
}

function collector(): Collect {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as Collect
  setFlagsFromString('--no-expose-gc')
  return gc
}
