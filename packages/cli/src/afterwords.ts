import type { Posthorn } from '@posthorn/sdk'

interface Called {
  readonly client: Posthorn
  /** Parts of its path, in order. */
  readonly path: readonly string[]
  /** What was answered; nothing, of most that delete or replace. */
  readonly answer: unknown
}

/** What a person is told after a call whose answer does not say it; programs that read the answer never see it. */
export async function afterword(operation: string, called: Called): Promise<string | undefined> {
  return ofOperations[operation]?.(called)
}

const ofOperations: Readonly<Record<string, (called: Called) => Promise<string>>> = {
  async 'v1.endpoint.rotate-secret'({ client, path: [app = '', endpoint = ''], answer }) {
    const { data } = await client.endpoint.listSecrets(app, endpoint)
    const old = data.flatMap(({ signing, expiresAt }) => (signing && expiresAt !== null ? [expiresAt] : [])).toSorted()
    const until = old.length === 0 ? 'Old ones sign no more.' : `The old one signs too until ${old.at(-1)}.`
    const shown = answer === undefined ? ` Read it within 10 minutes: posthorn endpoint get-secret ${endpoint} --app ${app}` : ''
    return `A new secret signs from now on. ${until}${shown}`
  },
}
