import { AppError } from '#domain'
import { route, type Answer, type Call, type Route } from '../route.ts'
import { ConsoleFiles } from './console-files.ts'

/** Where the console has pages: each of these paths is the same document, whose script reads the address. */
const pages = ['/', '/a/*', '/org/*', '/go/*', '/sign-in', '/sign-in/*', '/welcome'] as const
const files = ['/assets/*', '/icon.svg', '/choose-theme.js'] as const

/** The portal is a document of its own, with pages of its own behind it. */
const portalPages = ['/portal', '/portal/*'] as const

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

const about = { noun: 'console', method: 'GET', scope: 'public', access: 'read', summary: 'The console', answers: { 200: null } } as const

/** The console: its document at every address of a page, and its files. */
export function consoleRoutes({ folder, portalHosts }: { readonly folder: string; readonly portalHosts: readonly string[] }): Route[] {
  const built = new ConsoleFiles(folder)

  const document = async (path: string, call: Call): Promise<Answer> => {
    if (!built.present)
      throw new AppError('not_found', { detail: 'The console is not built here. "npm start" builds it; the API works without.' })
    return answerFile(path, { call, caching: 'no-cache' })
  }
  const page = (call: Call) => document('/index.html', call)
  const ancestors = portalHosts.length === 0 ? "'none'" : portalHosts.join(' ')
  const portalPage = async (call: Call): Promise<Answer> => {
    const answer = await document('/portal.html', call)
    return { ...answer, headers: { ...answer.headers, 'content-security-policy': policy + ancestors } }
  }

  // What a build names by its content never changes; the rest is asked for again.
  const file = async (call: Call): Promise<Answer> =>
    answerFile(call.path, { call, caching: call.path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache' })

  const answerFile = async (path: string, { call, caching }: { call: Call; caching: string }): Promise<Answer> => {
    const found = await built.read(path, takesGzip(call.acceptEncoding))
    if (found === undefined) throw new AppError('not_found', { detail: 'The console has no such file.' })
    const { type, bytes, gzip } = found
    return {
      status: 200,
      content: { type, bytes },
      headers: { ...always, 'cache-control': caching, ...(gzip && { 'content-encoding': 'gzip' }) },
    }
  }

  return [
    ...pages.map((path) => route({ ...about, id: 'v1.console.page', path }, page)),
    ...portalPages.map((path) => route({ ...about, noun: 'portal', id: 'v1.portal.page', path, summary: 'The portal' }, portalPage)),
    ...files.map((path) => route({ ...about, id: 'v1.console.file', path }, file)),
  ]
}

/** `gzip;q=0` is the one way to say no. */
function takesGzip(acceptEncoding: string | undefined): boolean {
  const said = /(?:^|,)\s*gzip\s*(?:;\s*q=([\d.]+))?\s*(?:,|$)/i.exec(acceptEncoding ?? '')
  return said !== null && Number(said[1] ?? 1) > 0
}
