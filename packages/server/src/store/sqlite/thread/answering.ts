import type { MessagePort } from 'node:worker_threads'
import { packError } from './crossing-error.ts'
import type { Answer, ThreadWord } from './protocol.ts'

/** The thread's side of the edge: answers leave together at the end of the turn in which they came to be. */
export class Answering {
  readonly #port: MessagePort
  readonly #onLeaving: () => void
  #answers: Answer[] = []

  /** `onLeaving`: called when answers have left, for tests. */
  constructor(port: MessagePort, onLeaving: () => void = () => {}) {
    this.#port = port
    this.#onLeaving = onLeaving
  }

  /** What nobody asked for. It keeps its place among the answers. */
  say(word: Exclude<ThreadWord, { kind: 'answers' }>): void {
    this.#leave()
    this.#port.postMessage(word)
  }

  /** `asText`: objects that are many and alike cost a third of it as JSON. */
  async answer(id: number, work: () => unknown, { asText }: { readonly asText: boolean }): Promise<void> {
    const answer = await toAnswer(id, work, asText)
    this.#answers.push(answer)
    if (this.#answers.length === 1) queueMicrotask(() => this.#leave())
  }

  #leave(): void {
    if (this.#answers.length === 0) return
    const answers = this.#answers
    this.#answers = []
    this.#port.postMessage({ kind: 'answers', answers } satisfies ThreadWord)
    this.#onLeaving()
  }
}

async function toAnswer(id: number, work: () => unknown, asText: boolean): Promise<Answer> {
  try {
    const value = await work()
    return asText ? { id, text: JSON.stringify(value) } : { id, value }
  } catch (error) {
    return { id, error: packError(error) }
  }
}
