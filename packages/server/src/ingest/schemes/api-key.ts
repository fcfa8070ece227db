import { headerFault } from '#domain'
import type { Scheme } from './scheme.ts'
import { notText, tooLong } from './secret-text.ts'
import { compileShown } from './shown-secret.ts'

export interface ApiKeyOptions {
  readonly in: 'header' | 'query'
  readonly name: string
}

/** White space at its ends is taken off on the way; what is not ASCII travels as UTF-8. */
const notInHeader = 'Printable characters only, without white space at either end: no request could show this in a header.'
/** As it is written in a request. A URL has 8 KiB: more than half of it is for others. */
const QUERY_LENGTH_MAX = 4096

/** A key in a header or a query parameter of its own. */
export const apiKey: Scheme<ApiKeyOptions> = {
  secretsIn: 'keys',
  compile(options, keys) {
    const inHeader = options.in === 'header'
    const name = inHeader ? options.name.toLowerCase() : options.name
    const scheme = compileShown(
      {
        from: { in: options.in, name, label: inHeader ? `The header ${options.name}` : `The query parameter ${options.name}` },
        read: (value) => value,
        codes: { missing: 'api_key_missing', wrong: 'api_key_wrong' },
        challenge: `ApiKey realm="listener", in="${options.in}", name="${options.name}"`,
        secretsAt: inHeader ? { header: name, parameter: null } : { header: null, parameter: name },
      },
      keys.map(({ text }) => text),
    )
    return { ok: true, scheme }
  },
  unmatchable(key, options) {
    if (options.in === 'header') return headerFault('x', key) === undefined ? undefined : notInHeader
    if (!key.isWellFormed()) return notText
    return encodeURIComponent(key).length > QUERY_LENGTH_MAX ? tooLong : undefined
  },
  keptSecret: (key) => key,
  asksFor: (options) => (options.in === 'query' ? { query: [options.name] } : { headers: [options.name] }),
}
