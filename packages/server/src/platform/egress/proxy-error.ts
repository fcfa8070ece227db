import type { FailureCode } from './failures.ts'

type ProxyFailureCode = Extract<FailureCode, `proxy_${string}`>

/** No way was opened. Its message may be shown to customers: it says neither where the proxy is nor who asks there. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'
  readonly code: ProxyFailureCode
  /** The proxy answers so too when it works and the host does not. */
  readonly mayBeHost: boolean

  constructor(code: ProxyFailureCode, message: string, { cause, mayBeHost = false }: { cause?: unknown; mayBeHost?: boolean } = {}) {
    super(message, { cause })
    this.code = code
    this.mayBeHost = mayBeHost
  }
}
