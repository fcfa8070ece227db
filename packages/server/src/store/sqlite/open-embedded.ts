import { availableParallelism } from 'node:os'
import type { Failpoint } from '#platform'
import type { Store } from '../store.ts'
import { openSqlite, type SqliteOptions } from './open-sqlite.ts'
import { openThreadedSqlite, type ThreadedOptions } from './thread/open-threaded.ts'

export interface EmbeddedOptions extends Omit<ThreadedOptions, 'time' | 'failpoint'>, Pick<SqliteOptions, 'opened'> {
  /** `auto`: where there is more than one core. */
  readonly thread: 'auto' | 'always' | 'never'
  readonly failpoint: Failpoint
}

/**
 * The embedded store on a thread of its own, or on this one: a second thread costs what crosses between them, and gains nothing where there
 * is one core. `opened` can only be handed the file on this thread.
 */
export function openEmbedded({ thread, opened, failpoint, onDeath, ...options }: EmbeddedOptions): Promise<Store> {
  const threaded = thread === 'auto' ? availableParallelism() > 1 : thread === 'always'
  if (threaded && opened === undefined) return openThreadedSqlite({ ...options, failpoint, onDeath })
  return openSqlite({ ...options, opened, failpoint: (at) => failpoint(`store.${at}`) })
}
