import type { Scheme } from './scheme.ts'
import { notText, tooLong } from './secret-text.ts'
import { replaceSetting } from './settings.ts'
import { authorization, compileShown } from './shown-secret.ts'

export interface BasicOptions {
  readonly username: string
}

/** As it is written in a request. Headers together have 16 KiB: more than half of them is for others. */
const WRITTEN_LENGTH_MAX = 8192

/** `Authorization: Basic` (RFC 7617) with a user name and a password. */
export const basic: Scheme<BasicOptions> = {
  secretsIn: 'password',
  compile(options, passwords, { settings }) {
    const username = replaceSetting(options.username, settings)
    const scheme = compileShown(
      {
        from: authorization,
        read(value) {
          const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(value)?.[1]
          return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8')
        },
        codes: { missing: 'basic_missing', wrong: 'basic_wrong' },
        challenge: 'Basic realm="listener", charset="UTF-8"',
      },
      passwords.map(({ text }) => `${username}:${text}`),
    )
    return { ok: true, scheme }
  },
  unmatchable(password, { username }) {
    const whole = `${username}:${password}`
    if (!whole.isWellFormed()) return notText
    return Buffer.byteLength(whole) > (WRITTEN_LENGTH_MAX / 4) * 3 ? tooLong : undefined
  },
  keptSecret: (password) => password,
  asksFor: () => ({ headers: ['Authorization'] }),
}
