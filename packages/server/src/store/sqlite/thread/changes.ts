import type { ApplicationId } from '#domain'
import type { Log } from '#platform'

type Listener = (application: ApplicationId | null) => void

/** Who is notified of a changed configuration. The change is committed: a listener that fails must not make it look undone. */
export class Changes {
  readonly #log: Pick<Log, 'error'>
  readonly #listeners: Listener[] = []

  constructor(log: Pick<Log, 'error'>) {
    this.#log = log
  }

  listen(listener: Listener): void {
    this.#listeners.push(listener)
  }

  notify(application: ApplicationId | null): void {
    for (const listener of this.#listeners) {
      try {
        listener(application)
      } catch (error) {
        this.#log.error('store.change_listener.failed', { error })
      }
    }
  }
}
