import type { ApplicationId } from '#domain'
import type { Log } from '#platform'
import type { ManagementStore } from './port/management.ts'

export interface ChangeListeners extends Pick<ManagementStore, 'onChange'> {
  /** Notifies all of a change that is committed. */
  changed(application: ApplicationId | null): void
}

export function createChangeListeners(log: Pick<Log, 'error'>): ChangeListeners {
  const listeners: ((application: ApplicationId | null) => void)[] = []
  return {
    onChange: (listener) => void listeners.push(listener),
    changed(application) {
      for (const listener of listeners) {
        try {
          listener(application)
        } catch (error) {
          // The change is committed: a listener that fails must not make it look undone.
          log.error('store.change_listener.failed', { error })
        }
      }
    },
  }
}
