import { type Posthorn, PosthornError } from '@posthorn/sdk'

interface Called {
  readonly client: Posthorn
  /** Parts of its path, in order. */
  readonly path: readonly string[]
  /** Its body, if it has one. */
  readonly sent: unknown
  /** What was answered; nothing, of most that delete or replace. */
  readonly answer: unknown
}

/** What a person reads after a call whose answer does not say it; programs that read the answer never see it. */
export async function afterword(operation: string, called: Called): Promise<string | undefined> {
  try {
    return await ofOperations[operation]?.(called)
  } catch (error) {
    // What was asked for is done, whether or not this caller may read more about it.
    if (error instanceof PosthornError) return undefined
    throw error
  }
}

/** An event type that nobody defined is taken, as with Svix; whoever misspelt one would look for the event at the receiver. */
async function unknownEventType({ client }: Called, eventType: string, taken: string): Promise<string | undefined> {
  try {
    await client.eventType.get(eventType)
    return undefined
  } catch (error) {
    if (!(error instanceof PosthornError) || error.code !== 'not_found') throw error
    return `${error.message} ${taken}`
  }
}

const acceptedAllTheSame = (called: Called) => {
  const { eventType } = called.answer as { readonly eventType: string }
  return unknownEventType(called, eventType, 'The message was accepted all the same, and goes to endpoints that take this name.')
}

const ofOperations: Readonly<Record<string, (called: Called) => Promise<string | undefined>>> = {
  'v1.message.create': acceptedAllTheSame,
  'v1.message.create-event': acceptedAllTheSame,
  async 'v1.endpoint.test'(called) {
    const { eventType } = (called.sent ?? {}) as { readonly eventType?: string }
    return eventType === undefined ? undefined : unknownEventType(called, eventType, 'The test was sent all the same.')
  },
  async 'v1.endpoint.rotate-secret'({ client, path: [app = '', endpoint = ''], answer }) {
    const { data } = await client.endpoint.listSecrets(app, endpoint)
    const old = data.flatMap(({ signing, expiresAt }) => (signing && expiresAt !== null ? [expiresAt] : [])).toSorted()
    const until = old.length === 0 ? 'Old ones sign no more.' : `The old one signs too until ${old.at(-1)}.`
    const shown = answer === undefined ? ` Read it within 10 minutes: posthorn endpoint get-secret ${endpoint} --app ${app}` : ''
    return `A new secret signs from now on. ${until}${shown}`
  },
}
