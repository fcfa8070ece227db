import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto'
import type { Random } from './random.ts'

/** Secrets at rest. What is sealed opens only with the same key and the same `belonging`, so a row cannot pass for another. */
export interface Vault {
  /** Of the key that seals. It is no secret. */
  readonly keyId: string
  /** `belonging` says whose secret it is, for instance `endpoint:ep_1:secret`; it is bound to the text but not stored in it. */
  seal(plain: string | Uint8Array, belonging: string): string
  open(sealed: string, belonging: string): Opened<Uint8Array>
  openText(sealed: string, belonging: string): Opened<string>
  /** For what may be missing: undefined where it does not open, and nobody is warned. */
  textIfOpen(sealed: string, belonging: string): string | undefined
  /** False for what an older key sealed, and should be sealed again. */
  isCurrent(sealed: string): boolean
}

export type Opened<Plain> =
  | { readonly ok: true; readonly plain: Plain }
  /** `key_unknown`: sealed with a master key that is not configured any more. `damaged`: altered, or it belongs to something else. */
  | { readonly ok: false; readonly code: 'key_unknown' | 'damaged' }

export interface MasterKey {
  /** Letters, digits, `-` and `_`. */
  readonly id: string
  readonly key: Uint8Array
}

const FORMAT = 'v1'
/** What every sealed text begins with. */
export const SEALED_PREFIX = `${FORMAT}.`
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** The first key seals, all of them open; so a key is rotated by putting the new one in front. */
export function createVault(masterKeys: readonly MasterKey[], random: Random): Vault {
  const current = masterKeys[0]
  if (current === undefined) throw new Error('a vault needs a master key')
  const dataKeys = new Map<string, Uint8Array>()
  for (const { id, key } of masterKeys) {
    if (!/^[\w-]{1,64}$/.test(id)) throw new Error('the id of a master key is not made of letters, digits, - and _')
    if (dataKeys.has(id)) throw new Error(`two master keys have the id ${id}`)
    dataKeys.set(id, new Uint8Array(hkdfSync('sha256', key, '', 'posthorn vault v1', 32)))
  }
  const prefix = `${FORMAT}.${current.id}.`
  const textOf = (plain: Uint8Array) => Buffer.from(plain).toString('utf8')

  const open = (sealed: string, belonging: string): Opened<Uint8Array> => {
    const [format, id, nonceText, boxText, ...rest] = sealed.split('.')
    if (format !== FORMAT || id === undefined || nonceText === undefined || boxText === undefined || rest.length > 0) return damaged
    const dataKey = dataKeys.get(id)
    if (dataKey === undefined) return { ok: false, code: 'key_unknown' }
    const nonce = Buffer.from(nonceText, 'base64url')
    const box = Buffer.from(boxText, 'base64url')
    if (nonce.length !== NONCE_BYTES || box.length < TAG_BYTES) return damaged
    const decipher = createDecipheriv('aes-256-gcm', dataKey, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(`${FORMAT}.${id}.${belonging}`))
    decipher.setAuthTag(box.subarray(box.length - TAG_BYTES))
    const plain = decipher.update(box.subarray(0, box.length - TAG_BYTES))
    try {
      decipher.final()
    } catch {
      return damaged
    }
    return { ok: true, plain }
  }

  return {
    keyId: current.id,
    seal(plain, belonging) {
      const nonce = random.fill(new Uint8Array(NONCE_BYTES))
      const cipher = createCipheriv('aes-256-gcm', dataKeys.get(current.id)!, nonce, { authTagLength: TAG_BYTES })
      cipher.setAAD(Buffer.from(prefix + belonging))
      const box = Buffer.concat([
        cipher.update(typeof plain === 'string' ? Buffer.from(plain) : plain),
        cipher.final(),
        cipher.getAuthTag(),
      ])
      return `${prefix}${Buffer.from(nonce).toString('base64url')}.${box.toString('base64url')}`
    },
    open,
    openText(sealed, belonging) {
      const opened = open(sealed, belonging)
      return opened.ok ? { ok: true, plain: textOf(opened.plain) } : opened
    },
    textIfOpen(sealed, belonging) {
      const opened = open(sealed, belonging)
      return opened.ok ? textOf(opened.plain) : undefined
    },
    isCurrent: (sealed) => sealed.startsWith(prefix),
  }
}

/** A master key from configured text, such as the output of `openssl rand -base64 32`. Its id is derived, so that nobody has to invent one. */
export function masterKeyFromText(text: string): MasterKey {
  const key = Buffer.from(text.trim())
  if (key.length < 32) throw new Error('a master key needs at least 32 characters; `openssl rand -base64 32` makes one')
  return { id: createHash('sha256').update('posthorn master key id\n').update(key).digest('hex').slice(0, 8), key }
}

const damaged = { ok: false, code: 'damaged' } as const
