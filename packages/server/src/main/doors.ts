import type { ApiServer } from '#api'
import type { Ingest } from '#ingest'
import type { Clock, Part } from '#platform'
import type { Servers } from './servers.ts'

/** After it what is answered at the last moment has been written; bodies that still arrive are cut. */
const CUT_MS = 100

interface Doors {
  readonly servers: Pick<Servers, 'drain' | 'quiet' | 'cut'>
  readonly api: Pick<ApiServer, 'drain' | 'stop'>
  readonly ingest: Pick<Ingest, 'drain' | 'stop'>
  readonly clock: Clock
}

/**
 * Both planes end as one. From the signal on nobody listens, what is under way and what still comes on kept connections is
 * answered with `Connection: close`, and connections that say nothing are ended, so that nobody's request meets a closed socket.
 */
export function doors({ servers, api, ingest, clock }: Doors): Part {
  return {
    name: 'doors',
    notify() {
      servers.drain(() => {
        ingest.drain()
        api.drain()
      })
    },
    async stop(signal) {
      await servers.quiet(signal)
      const cut = clock.after(CUT_MS, () => servers.cut())
      await Promise.all([ingest.stop(), api.stop(signal)])
      cut.cancel()
      servers.cut()
    },
  }
}
