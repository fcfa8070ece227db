import type { Listener } from './queries.ts'
import type { System } from './systems-query.ts'

/** Whether the command is taken once the secret stands in its place. What signs a body has to be made by its sender. */
export function passes({ auth }: Pick<Listener, 'auth'>): boolean {
  return ['none', 'api_key', 'bearer', 'basic'].includes(auth.kind)
}

/** A request to the listener as a command: what it expects, else the example of its system. */
export function sampleCurl({ publicUrl, methods, auth, expected }: Listener, example?: System['example']): string {
  const method = methods.includes('POST') ? 'POST' : (methods[0] ?? 'POST')
  const url = auth.kind === 'api_key' && auth.in === 'query' ? `${publicUrl}?${auth.name}=$SECRET` : publicUrl
  const body = expected.body ?? example?.body ?? { hello: 'world' }
  const headers = Object.entries({ 'Content-Type': 'application/json', ...example?.headers })
  return [
    `curl -X ${method} "${url}"`,
    ...proofOf(auth),
    ...(method === 'GET' || method === 'HEAD'
      ? []
      : [
          ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
          `--data ${quoted(typeof body === 'string' ? body : JSON.stringify(body))}`,
        ]),
  ].join(' \\\n  ')
}

function proofOf(auth: Listener['auth']): readonly string[] {
  if (auth.kind === 'api_key') return auth.in === 'query' ? [] : [`-H "${auth.name}: $SECRET"`]
  if (auth.kind === 'bearer') return ['-H "Authorization: Bearer $SECRET"']
  if (auth.kind === 'basic') return [`-u "${auth.username}:$SECRET"`]
  return []
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
