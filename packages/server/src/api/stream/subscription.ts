import type { StreamTopic } from '@posthorn/contract'
import type { Clock } from '#platform'

/** A reader that is so far behind is cut. It comes back, and hears what it missed, or that it missed something. */
const BEHIND_CHARACTERS_MAX = 1024 * 1024

/** An event as it is written, under its number. */
export interface StreamedEvent {
  readonly topics: readonly StreamTopic[]
  /** Of a delivery that a step of a flow makes. */
  readonly ofStep: boolean
  readonly number: number
  readonly text: string
}

interface SubscriptionParts {
  readonly clock: Clock
  readonly topics: ReadonlySet<StreamTopic>
  /** Hears nothing of what steps of flows send. */
  readonly toEndpoints: boolean
  /** Behind all that was sent. */
  readonly place: () => string
}

/**
 * What one listener is still to be sent.
 *
 *   open --end(), or too far behind--> ended: what waits is sent no more
 */
export class Subscription {
  readonly #parts: SubscriptionParts
  readonly #onEnd: () => void
  #waiting: string[] = []
  #characters = 0
  #isEnded = false
  #wake: (() => void) | undefined

  constructor(parts: SubscriptionParts, onEnd: () => void) {
    this.#parts = parts
    this.#onEnd = onEnd
  }

  offer(events: readonly StreamedEvent[]): void {
    const { topics: wanted, toEndpoints } = this.#parts
    for (const { topics, ofStep, text } of events) {
      if (this.#isEnded || (ofStep && toEndpoints) || !topics.some((topic) => wanted.has(topic))) continue
      this.#waiting.push(text)
      this.#characters += text.length
      if (this.#characters > BEHIND_CHARACTERS_MAX) this.end()
    }
    this.#wake?.()
  }

  /** Where a reader is who has heard all. */
  place(): string {
    return this.#waiting.length > 0 ? '' : `id: ${this.#parts.place()}\n\n`
  }

  /** All that is to be sent, as soon as there is something; empty if nothing came for so long, null at the end. */
  async next(waitMs: number): Promise<string | null> {
    if (!this.#isEnded && this.#waiting.length === 0) await this.#come(waitMs)
    if (this.#isEnded) return null
    const text = this.#waiting.join('')
    this.#waiting = []
    this.#characters = 0
    return text
  }

  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#waiting = []
    this.#wake?.()
    this.#onEnd()
  }

  #come(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#parts.clock.after(waitMs, () => this.#wake?.())
      this.#wake = () => {
        timer.cancel()
        this.#wake = undefined
        resolve()
      }
    })
  }
}
