import type { Scheme } from './scheme.ts'
import { authorization, compileShown } from './shown-secret.ts'

/** RFC 6750: what follows "Bearer" ends at the first space. */
const TOKEN = /^[\x21-\x7e]+$/
const notToken = 'A bearer token has visible ASCII characters only and no space: no request could show this one.'

/** `Authorization: Bearer` with one of the tokens. */
export const bearer: Scheme<object> = {
  secretsIn: 'tokens',
  compile(_options, tokens) {
    const scheme = compileShown(
      {
        from: authorization,
        read: (value) => /^bearer +(\S+) *$/i.exec(value)?.[1],
        codes: { missing: 'bearer_missing', wrong: 'bearer_wrong' },
        challenge: 'Bearer realm="listener"',
      },
      tokens.map(({ text }) => text),
    )
    return { ok: true, scheme }
  },
  unmatchable: (token) => (TOKEN.test(token) ? undefined : notToken),
  keptSecret: (token) => token,
  asksFor: () => ({ headers: ['Authorization'] }),
}
