import { streamTopic, type streamOperations } from '@posthorn/contract'
import type { Clock } from '#platform'
import { stillIn } from '../caller/still-in.ts'
import { isInPortal, topicsOfPortal } from '../portal/of-portal.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import type { Streams } from './streams.ts'
import type { Subscription } from './subscription.ts'

/** Something is said at least so often, so that either side notices that the other is gone. */
const BEAT_MS = 15_000
/** A key may be revoked, a session or an application may end: so often it is looked. */
const LOOK_MS = 5000
/** What a browser waits before it comes back. */
const HELLO = 'retry: 1000\n'

interface StreamDeps extends ApiDeps {
  readonly streams: Streams
}

/** Sends what comes and changes in an application, for as long as the caller stays and may look. */
export async function listen(deps: StreamDeps, call: Call<typeof streamOperations.listen>): Promise<Answer> {
  const { application, actor, query, lastEventId } = call
  const asked = query.topics ?? streamTopic.options
  const toEndpoints = isInPortal(actor)
  const topics = toEndpoints ? topicsOfPortal(asked) : asked
  const subscription = await deps.streams.subscribe(application.id, {
    ...{ caller: actor.id, topics: new Set(topics), toEndpoints, lastEventId },
  })
  return { status: 200, events: (signal) => events(deps, subscription, { signal, mayLook: () => stillIn(deps, actor, application.id) }) }
}

interface Listening {
  readonly signal: AbortSignal
  mayLook(): Promise<boolean>
}

async function* events({ clock }: { readonly clock: Clock }, subscription: Subscription, { signal, mayLook }: Listening) {
  const end = () => subscription.end()
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  let lookedAt = clock.monotonic()
  let saidAt = lookedAt
  try {
    yield HELLO + subscription.place()
    for (;;) {
      const text = await subscription.next(LOOK_MS)
      if (text === null) return
      const now = clock.monotonic()
      if (now - lookedAt >= LOOK_MS) {
        if (!(await mayLook())) return
        lookedAt = now
      }
      if (text === '' && now - saidAt < BEAT_MS) continue
      saidAt = now
      yield text === '' ? subscription.place() : text
    }
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}
