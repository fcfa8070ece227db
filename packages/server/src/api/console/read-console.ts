import { AppError } from '#domain'
import type { Answer, Call } from '../route.ts'
import type { ConsoleFiles } from './console-files.ts'

interface ConsoleDeps {
  readonly built: ConsoleFiles
  /** Who may frame the portal. */
  readonly portalHosts: readonly string[]
}

type ConsoleCall = Pick<Call, 'path' | 'acceptEncoding'>

/** Nothing but what this server sends, and nobody may frame it. Styles that a script sets are no inline styles in this sense. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': `${policy}'none'`,
  'cross-origin-opener-policy': 'same-origin',
  vary: 'accept-encoding',
} as const

/** The document at every address of a page. */
export function getPage(deps: ConsoleDeps, call: ConsoleCall): Promise<Answer> {
  return document(deps, '/index.html', call)
}

export async function getPortalPage(deps: ConsoleDeps, call: ConsoleCall): Promise<Answer> {
  const answer = await document(deps, '/portal.html', call)
  const ancestors = deps.portalHosts.length === 0 ? "'none'" : deps.portalHosts.join(' ')
  return { ...answer, headers: { ...answer.headers, 'content-security-policy': policy + ancestors } }
}

/** What a build names by its content never changes; the rest is asked for again. */
export async function getFile({ built }: ConsoleDeps, call: ConsoleCall): Promise<Answer> {
  const caching = call.path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  return answerFile(built, call.path, { call, caching })
}

async function document({ built }: ConsoleDeps, path: string, call: ConsoleCall): Promise<Answer> {
  if (!built.present)
    throw new AppError('not_found', { detail: 'The console is not built here. "npm start" builds it; the API works without.' })
  return answerFile(built, path, { call, caching: 'no-cache' })
}

interface Asked {
  readonly call: ConsoleCall
  readonly caching: string
}

async function answerFile(built: ConsoleFiles, path: string, { call, caching }: Asked): Promise<Answer> {
  const found = await built.read(path, takesGzip(call.acceptEncoding))
  if (found === undefined) throw new AppError('not_found', { detail: 'The console has no such file.' })
  const { type, bytes, gzip } = found
  return {
    status: 200,
    content: { type, bytes },
    headers: { ...always, 'cache-control': caching, ...(gzip && { 'content-encoding': 'gzip' }) },
  }
}

/** `gzip;q=0` is the one way to say no. */
function takesGzip(acceptEncoding: string | undefined): boolean {
  const said = /(?:^|,)\s*gzip\s*(?:;\s*q=([\d.]+))?\s*(?:,|$)/i.exec(acceptEncoding ?? '')
  return said !== null && Number(said[1] ?? 1) > 0
}
