import { createHmac, randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'

/** One webhook as GitHub would send it. */
export interface GithubWebhook {
  readonly id: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface Example {
  readonly name: string
  readonly examples: readonly object[]
}

/** Every example of the npm package `@octokit/webhooks-examples`, signed with the listener's secret. */
export function githubWebhooks(secret: string): GithubWebhook[] {
  const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as
    | readonly Example[]
    | { readonly default: readonly Example[] }
  return ('default' in examples ? examples.default : examples).flatMap(({ name, examples: payloads }) =>
    payloads.map((payload) => {
      const id = randomUUID()
      const body = JSON.stringify(payload)
      const signature = createHmac('sha256', secret).update(body).digest('hex')
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/demo',
        'x-github-event': name,
        'x-github-delivery': id,
        'x-hub-signature-256': `sha256=${signature}`,
      }
      return { id, headers, body }
    }),
  )
}
