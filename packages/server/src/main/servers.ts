import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PublicServer, type TlsMaterial } from '#ingest'
import { writeAnswer, type Clock, type Exchange, type OpenFiles } from '#platform'
import type { Address } from './build-rooms.ts'
import type { Ground } from './ground.ts'

export type Handle = (request: IncomingMessage, response: ServerResponse) => void

/** The ports, and what is behind them. */
export interface Servers extends Pick<PublicServer, 'drain' | 'quiet' | 'cut' | 'renew'> {
  readonly url: string
  /** Where listeners are reached: `url`, unless they have a port of their own. */
  readonly ingressUrl: string
  receive(ingest: Handle | undefined): void
  open(withApi: boolean): void
}

interface Listening {
  readonly files: OpenFiles
  /** Undefined: plain HTTP. */
  readonly tls: TlsMaterial | undefined
  /** Other processes serve the same port. */
  readonly isShared: boolean
}

/**
 * One port for everything, or one for the listeners and one for the rest. Until `open`, callers hear that the server starts, or wait for it
 * where others would have answered.
 */
export async function listen(
  { config, clock, ids, files, tls, isShared }: Pick<Ground, 'config' | 'clock' | 'ids'> & Listening,
  address: Address,
  api: Handle,
): Promise<Servers> {
  const planes = new Planes(api, { clock, early: isShared ? 'hold' : 'refuse' })
  const split = config.ingressPort !== null
  const serve = (only: Only) => new PublicServer((request, response) => planes.route(only, request, response), { clock, ids, tls })
  const main = await bind(config.port, config.host, serve(split ? 'api' : 'both'))
  const second = split
    ? await bind(config.ingressPort!, config.host, serve('ingest')).catch((error: unknown) => closing(main, error))
    : undefined
  const at = { host: config.host, scheme: tls === undefined ? 'http' : 'https' }
  const url = urlOf(main, at)
  const ingressUrl = second ? urlOf(second, at) : url
  const all = second ? [main, second] : [main]
  files.watch(all.map(({ server }) => server))
  if (address.publicUrl === '') {
    address.publicUrl = ingressUrl.replace('127.0.0.1', 'localhost')
    address.apiUrl = url.replace('127.0.0.1', 'localhost')
  }
  return {
    url,
    ingressUrl,
    receive: (ingest) => planes.receive(ingest),
    open: (withApi) => planes.open(withApi),
    drain(closed) {
      let open = all.length
      for (const one of all) one.drain(() => void (--open === 0 && closed?.()))
    },
    quiet: async (signal) => void (await Promise.all(all.map((one) => one.quiet(signal)))),
    cut: () => all.forEach((one) => one.cut()),
    renew: (material) => all.forEach((one) => one.renew(material)),
  }
}

const publicPaths: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

type Only = 'ingest' | 'api' | 'both'

/** What stands behind the ports: `starting` until `open()`, and then for good what is there to answer. */
class Planes {
  readonly #api: Handle
  readonly #clock: Clock
  #ingest: Handle | undefined
  #mode: 'starting' | 'open' = 'starting'
  #withApi = false
  /** What came while it was `starting` and is not refused. */
  #held: (() => void)[] = []
  readonly #early: 'refuse' | 'hold'

  constructor(api: Handle, { clock, early }: { readonly clock: Clock; readonly early: 'refuse' | 'hold' }) {
    this.#api = api
    this.#clock = clock
    this.#early = early
  }

  receive(ingest: Handle | undefined): void {
    this.#ingest = ingest
  }

  open(withApi: boolean): void {
    this.#mode = 'open'
    this.#withApi = withApi
    for (const route of this.#held.splice(0)) route()
  }

  route(only: Only, request: IncomingMessage, response: ServerResponse): void {
    if (this.#mode === 'starting') {
      if (this.#early === 'refuse') return refuse({ request, response }, 503, this.#clock)
      return void this.#held.push(() => this.route(only, request, response))
    }
    const isIngest = request.url?.startsWith('/in/') ?? false
    const handle = only === (isIngest ? 'api' : 'ingest') ? undefined : isIngest ? this.#ingest : this.#apiFor(request)
    if (handle) handle(request, response)
    else refuse({ request, response }, 404, this.#clock)
  }

  /** Of every process, whatever its roles. */
  #apiFor({ url }: IncomingMessage): Handle | undefined {
    return this.#withApi || publicPaths.has(url ?? '') ? this.#api : undefined
  }
}

/** What listens keeps the process alive, also one that cannot start. */
function closing(one: PublicServer, error: unknown): never {
  one.cut()
  throw error
}

function bind(port: number, host: string, one: PublicServer): Promise<PublicServer> {
  const { server } = one
  return new Promise((resolve, reject) => {
    // Where the host's name is not found, the system names neither.
    server.once('error', (error) => reject(Object.assign(error, { syscall: 'listen', port })))
    server.listen(port, host, () => resolve(one))
  })
}

function urlOf({ server }: PublicServer, { host, scheme }: { readonly host: string; readonly scheme: string }): string {
  return `${scheme}://${hostOf(host)}:${(server.address() as AddressInfo).port}`
}

function hostOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? 'localhost' : host
}

function refuse(exchange: Exchange, status: 404 | 503, clock: Clock): void {
  const [code, detail] = status === 404 ? ['not_found', 'There is nothing here.'] : ['stopping', 'The server is starting.']
  const headers = ['Content-Type', 'application/json', ...(status === 503 ? ['Retry-After', '1'] : [])]
  writeAnswer(exchange, { status, headers, payload: JSON.stringify({ status, code, detail }) }, { clock })
}
