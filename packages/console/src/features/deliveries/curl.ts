import type { Attempt } from './queries.ts'

/** The attempt as a command. Signatures are of their moment, so a receiver that checks the time refuses a late copy. */
export function curlOf({ request }: Attempt): string {
  const headers = request.headers.filter(([name]) => !['host', 'content-length', 'connection'].includes(name.toLowerCase()))
  const body = request.body === null ? [] : [`--data-binary ${quoted(request.body)}`]
  return [`curl -X POST ${quoted(request.url)}`, ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`), ...body].join(
    ' \\\n  ',
  )
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
