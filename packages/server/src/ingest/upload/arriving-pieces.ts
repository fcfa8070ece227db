import type { IncomingMessage } from 'node:http'
import { handedOn, type Clock, type Timer } from '#platform'
import type { Arrival, Arrivals } from '../http/arrivals.ts'
import type { Pieces } from './multipart.ts'

/** Why a body does not go on. Thrown by `next`. */
export class ArrivalError extends Error {
  readonly why: 'aborted' | 'too_slow' | 'too_large' | 'stopping'

  constructor(why: ArrivalError['why']) {
    super(why)
    this.why = why
  }
}

export interface ArrivalLimits {
  readonly clock: Pick<Clock, 'after'>
  readonly bytesMax: number
  readonly arrivals: Arrivals
  /** So many bytes must come in each stretch of so long, while they are asked for; and all within the whole. */
  readonly pace: Pace
}

export interface Pace {
  readonly bytesMin: number
  readonly stretchMs: number
  readonly wholeMs: number
}

/**
 * A body as it comes, a piece at a time: nothing is read from its connection while nobody asks. Who sends too slowly holds a place that
 * others need, so pace is asked for; a store that takes its time does not count against the sender.
 *
 *   flowing   pieces are handed on; somebody waits for the next one
 *   paused    one piece at most is held, and nobody waits
 *   ended     with its last byte, or for a reason that every further `next` throws
 */
export class ArrivingPieces implements Pieces {
  readonly #request: IncomingMessage
  readonly #limits: ArrivalLimits
  readonly #held: Buffer[] = []
  readonly #timers: Timer[] = []
  readonly #arrival: Arrival
  #waiting: PromiseWithResolvers<Uint8Array | undefined> | undefined
  #ended: 'whole' | ArrivalError | undefined
  #inStretch = 0
  length = 0

  constructor(request: IncomingMessage, limits: ArrivalLimits) {
    this.#request = request
    this.#limits = limits
    const { clock, pace, arrivals } = limits
    this.#arrival = { request, isAwaited: () => this.#waiting !== undefined, giveUp: () => this.#fail('stopping') }
    arrivals.begin(this.#arrival)
    request.on('data', this.#take).on('end', this.#end).on('close', this.#gone).on('error', this.#gone)
    request.pause()
    this.#timers = [clock.after(pace.wholeMs, () => this.#fail('too_slow')), this.#stretch()]
  }

  next(): Promise<Uint8Array | undefined> {
    const piece = this.#held.shift()
    if (piece !== undefined) return Promise.resolve(piece)
    if (this.#ended === 'whole') return Promise.resolve(undefined)
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    this.#waiting = Promise.withResolvers()
    this.#request.resume()
    return this.#waiting.promise
  }

  /** Nothing more is asked for. Whatever still comes is for others to drop. */
  stop(): void {
    if (this.#ended === undefined) this.#endAs(new ArrivalError('aborted'))
  }

  #endAs(end: 'whole' | ArrivalError): void {
    this.#ended = end
    for (const timer of this.#timers) timer.cancel()
    this.#limits.arrivals.end(this.#arrival)
    this.#request.off('data', this.#take).off('end', this.#end).off('close', this.#gone)
    if (end !== 'whole') this.#request.pause()
  }

  readonly #take = (piece: Buffer): void => {
    this.length += piece.length
    this.#inStretch += piece.length
    handedOn(piece.length)
    if (this.length > this.#limits.bytesMax) return this.#fail('too_large')
    const waiting = this.#waiting
    if (waiting === undefined) return void this.#held.push(piece)
    this.#waiting = undefined
    this.#request.pause()
    waiting.resolve(piece)
  }

  readonly #end = (): void => {
    this.#endAs('whole')
    this.#waiting?.resolve(undefined)
  }

  readonly #gone = (): void => this.#fail('aborted')

  #fail(why: ArrivalError['why']): void {
    if (this.#ended !== undefined) return
    const error = new ArrivalError(why)
    this.#endAs(error)
    this.#waiting?.reject(error)
  }

  #stretch(): Timer {
    const { clock, pace } = this.#limits
    return clock.after(pace.stretchMs, () => {
      // Who waited all the time waited for the sender.
      if (this.#waiting !== undefined && this.#inStretch < pace.bytesMin) return this.#fail('too_slow')
      this.#inStretch = 0
      this.#timers[1] = this.#stretch()
    })
  }
}
