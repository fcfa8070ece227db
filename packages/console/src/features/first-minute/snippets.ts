import { sampleCurl } from '../listeners/sample-curl.ts'
import type { FirstListener } from './first-listener.ts'

export interface Snippet {
  readonly name: 'curl' | 'javascript' | 'python'
  readonly label: string
  /** What is copied and run. */
  readonly code: string
}

const hello = { method: 'POST', headers: {}, body: { hello: 'Posthorn' } }

/** Ways to send the first request, each of which works as it is copied. */
export function snippetsOf(listener: FirstListener): readonly Snippet[] {
  const { publicUrl } = listener
  const curl = { name: 'curl', label: 'curl', code: sampleCurl(listener, hello) } as const
  // The others would need the secret, and curl has a place for it.
  if (listener.auth.kind !== 'none') return [curl]
  return [
    curl,
    {
      name: 'javascript',
      label: 'JavaScript',
      code: `await fetch('${publicUrl}', {\n  method: 'POST',\n  headers: { 'content-type': 'application/json' },\n  body: JSON.stringify({ hello: 'Posthorn' }),\n})`,
    },
    {
      name: 'python',
      label: 'Python',
      code: `import json, urllib.request\n\nurllib.request.urlopen(urllib.request.Request(\n    "${publicUrl}",\n    method="POST",\n    headers={"content-type": "application/json"},\n    data=json.dumps({"hello": "Posthorn"}).encode(),\n))`,
    },
  ]
}
