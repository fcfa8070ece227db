import type { RunningServer } from '@posthorn/server'
import type { SupervisorWord, WorkerWord } from './words.ts'

/** A worker's side of the edge to its supervisor. Without a supervisor the process ends at once: `node:cluster` sees to that. */
export class WorkerLink {
  readonly #waiting = new Map<number, (text: string) => void>()
  #asked = 0

  /** The metrics of all workers. */
  readonly figuresOfAll = (): Promise<string> =>
    new Promise((resolve) => {
      const id = ++this.#asked
      this.#waiting.set(id, resolve)
      this.#say({ kind: 'figures_wanted', id })
    })

  /** The server answers: from now on the supervisor may ask for its figures, and have it stop. */
  serve(server: Pick<RunningServer, 'figures'>, { welcome, stop }: { readonly welcome: string; readonly stop: () => void }): void {
    process.on('message', (word: SupervisorWord) => {
      switch (word.kind) {
        case 'stop':
          return stop()
        case 'figures_wanted':
          return void server.figures().then((text) => this.#say({ kind: 'figures', id: word.id, text }))
        case 'figures':
          this.#waiting.get(word.id)?.(word.text)
          this.#waiting.delete(word.id)
      }
    })
    this.#say({ kind: 'ready', welcome })
  }

  /** A supervisor that is gone hears nothing. */
  #say(word: WorkerWord): void {
    process.send?.(word, undefined, undefined, () => {})
  }
}
