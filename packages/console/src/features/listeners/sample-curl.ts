import type { Listener } from './queries.ts'

/** A command that the listener accepts, once the secret stands in its place. A signature has to be made by its sender. */
export function sampleCurl({ publicUrl, methods, auth, expected }: Listener): string {
  const method = methods.includes('POST') ? 'POST' : (methods[0] ?? 'POST')
  const url = auth.kind === 'api_key' && auth.in === 'query' ? `${publicUrl}?${auth.name}=$SECRET` : publicUrl
  const body = JSON.stringify(expected.body ?? { hello: 'world' })
  return [
    `curl -X ${method} "${url}"`,
    ...proofOf(auth),
    ...(method === 'GET' || method === 'HEAD' ? [] : [`-H 'Content-Type: application/json'`, `--data '${body.replaceAll("'", `'\\''`)}'`]),
  ].join(' \\\n  ')
}

function proofOf(auth: Listener['auth']): readonly string[] {
  if (auth.kind === 'api_key') return auth.in === 'query' ? [] : [`-H "${auth.name}: $SECRET"`]
  if (auth.kind === 'bearer') return ['-H "Authorization: Bearer $SECRET"']
  if (auth.kind === 'basic') return [`-u "${auth.username}:$SECRET"`]
  return []
}
