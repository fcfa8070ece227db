import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Config } from '#config'
import type { TlsMaterial } from '#ingest'
import type { Clock, Log, Timer } from '#platform'
import { certificatesIn, readCertificates } from './certificates.ts'
import { StartError } from './ground.ts'

interface Named {
  readonly cert: string
  readonly key: string
  readonly clientCa: string | null
}

interface TlsFilesDeps {
  readonly clock: Pick<Clock, 'now' | 'after'>
  readonly log: Pick<Log, 'info' | 'warn'>
}

/**
 * So often they are read: a change is found however it was made, also where a mounted secret is a link that turns to another folder, of
 * which a watch of the file says nothing.
 */
const LOOK_MS = 5000
const WARN_BEFORE_MS = 14 * 86_400_000

/** Null: this server speaks plain HTTP. Throws with a sentence where it cannot speak TLS as its settings say. */
export function openTlsFiles({ config, ...deps }: TlsFilesDeps & { readonly config: Config }): TlsFiles | null {
  const { tlsCert, tlsKey, tlsClientCa } = config
  if (tlsCert !== null && tlsKey !== null) return new TlsFiles({ cert: tlsCert, key: tlsKey, clientCa: tlsClientCa }, deps)
  const fault = loneSetting(config)
  if (fault !== undefined) throw new StartError([fault])
  return null
}

/**
 * The files that `POSTHORN_TLS_...` name, and what they held when they were last found to fit together.
 *
 * What must hold: what new connections are secured with has always fitted together; what does not is reported once, and the one before stays.
 */
export class TlsFiles {
  readonly #named: Named
  readonly #deps: TlsFilesDeps
  #material: TlsMaterial
  /** Why the last look found what does not fit. Certificate and key are two files: it is reported only if it is still so at the next. */
  #doubt: { readonly why: string; readonly isReported: boolean } | undefined
  /** The certificate that was reported to end soon. */
  #warnedOf: string | undefined
  #timer: Timer | undefined

  constructor(named: Named, deps: TlsFilesDeps) {
    this.#named = named
    this.#deps = deps
    this.#material = readMaterial(named, deps.clock.now())
    this.#warnOfEnd()
  }

  get material(): TlsMaterial {
    return this.#material
  }

  /** Hands on what the files hold from then on, whenever that changes and fits together. */
  watch(renewed: (material: TlsMaterial) => void): void {
    this.#timer = this.#deps.clock.after(LOOK_MS, () => {
      this.#look(renewed)
      this.watch(renewed)
    })
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #look(renewed: (material: TlsMaterial) => void): void {
    const { clock, log } = this.#deps
    try {
      const found = readMaterial(this.#named, clock.now(), this.#material)
      this.#doubt = undefined
      if (isSame(found, this.#material)) return this.#warnOfEnd()
      renewed(found)
      this.#material = found
      log.info('tls.certificate.renewed', { file: this.#named.cert, endsAt: new Date(endOf(found)).toISOString() })
    } catch (error) {
      this.#suspect(error instanceof Error ? error.message : String(error))
    }
    this.#warnOfEnd()
  }

  #suspect(why: string): void {
    const again = why === this.#doubt?.why
    if (again && this.#doubt?.isReported === false)
      this.#deps.log.warn('tls.certificate.refused', { why, instead: 'the one before is used' })
    this.#doubt = { why, isReported: again }
  }

  #warnOfEnd(): void {
    const { cert } = this.#material
    const endsAt = endOf(this.#material)
    if (endsAt - this.#deps.clock.now() > WARN_BEFORE_MS || this.#warnedOf === cert) return
    this.#warnedOf = cert
    this.#deps.log.warn('tls.certificate.expires', { file: this.#named.cert, endsAt: new Date(endsAt).toISOString() })
  }
}

function isSame(a: TlsMaterial, b: TlsMaterial): boolean {
  return a.cert === b.cert && a.key === b.key && a.clientCa === b.clientCa
}

/** When its own certificate ends, which stands first. */
function endOf({ cert }: TlsMaterial): number {
  return certificatesIn(cert)![0]!.validToDate.getTime()
}

function loneSetting({ tlsCert, tlsKey, tlsClientCa }: Config): string | undefined {
  if (tlsCert !== null)
    return 'POSTHORN_TLS_CERT is set and POSTHORN_TLS_KEY is not. Name the file with the private key, or leave both out.'
  if (tlsKey !== null) return 'POSTHORN_TLS_KEY is set and POSTHORN_TLS_CERT is not. Name the file with the certificate, or leave both out.'
  if (tlsClientCa === null) return undefined
  return 'POSTHORN_TLS_CLIENT_CA is set, but this server speaks no TLS. Set POSTHORN_TLS_CERT and POSTHORN_TLS_KEY too, or leave it out.'
}

/** What has not changed since it was `known` is not judged anew: a certificate that ended meanwhile is used until there is a better one. */
function readMaterial(named: Named, now: number, known?: TlsMaterial): TlsMaterial {
  const cert = readCertificates(named.cert, 'POSTHORN_TLS_CERT')
  const key = readFileSync(named.key, 'utf8')
  const clientCa = named.clientCa === null ? null : readCertificates(named.clientCa, 'POSTHORN_TLS_CLIENT_CA')
  const found = { cert, key, clientCa }
  if (known !== undefined && isSame(found, known)) return known
  const ofCert = timeFault(cert, now)
  if (ofCert !== undefined) throw new StartError([`The certificate in ${named.cert} that POSTHORN_TLS_CERT names ${ofCert}`])
  const ofKey = keyFault(cert, key)
  if (ofKey !== undefined) throw new StartError([`The file ${named.key} that POSTHORN_TLS_KEY names ${ofKey}`])
  return found
}

function timeFault(cert: string, now: number): string | undefined {
  const { validFromDate, validToDate } = certificatesIn(cert)![0]!
  if (validToDate.getTime() <= now) return `ended on ${validToDate.toISOString()}. Renew it, or leave the setting out.`
  if (validFromDate.getTime() > now)
    return `begins on ${validFromDate.toISOString()} only. Look at the clock of this machine, or name another.`
  return undefined
}

function keyFault(cert: string, key: string): string | undefined {
  try {
    if (certificatesIn(cert)![0]!.checkPrivateKey(createPrivateKey(key))) return undefined
    return 'does not belong to the first certificate in POSTHORN_TLS_CERT. Name the two that were made together, the own certificate first.'
  } catch {
    const isLocked = key.includes('ENCRYPTED')
    return isLocked
      ? 'is locked by a passphrase. Name one without, such as "openssl pkey" writes.'
      : 'holds no private key in PEM form. Name one that does.'
  }
}
