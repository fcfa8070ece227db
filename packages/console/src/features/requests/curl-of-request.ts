import type { RequestDetail } from './queries.ts'

const ofTheConnection = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'transfer-encoding'])

/** The request as a command. Credentials were redacted when it was kept, so `$SECRET` stands where one was. */
export function curlOfRequest({ method, path, query, headers, body }: RequestDetail): string {
  const url = `$POSTHORN_URL${path}${query === '' ? '' : `?${query}`}`
  const kept = headers.filter(([name]) => !ofTheConnection.has(name.toLowerCase()))
  return [
    `curl -X ${method} "${url}"`,
    ...kept.map(([name, value]) => `-H ${quoted(`${name}: ${value.replaceAll(/\*{3,}|\[redacted\]/g, '$SECRET')}`)}`),
    ...(body === null || body.content === '' ? [] : [`--data-binary ${quoted(body.content)}`]),
  ].join(' \\\n  ')
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
