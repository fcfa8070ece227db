import { headerFault } from '#domain'
import type { Scheme } from './scheme.ts'
import { authorization, compileShown } from './shown-secret.ts'

/** What follows "Bearer" ends at the first white space. */
const notToken = 'A bearer token has printable characters only and no white space: no request could show this one.'

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
  unmatchable: (token) => (!/\s/.test(token) && headerFault('x', token) === undefined ? undefined : notToken),
  keptSecret: (token) => token,
  asksFor: () => ({ headers: ['Authorization'] }),
}
