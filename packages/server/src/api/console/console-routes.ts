import { routesOf, type Route } from '../route.ts'
import { ConsoleFiles } from './console-files.ts'
import { getFile, getPage, getPortalPage } from './read-console.ts'

/** Where the console has pages: each of these paths is the same document, whose script reads the address. */
const pages = ['/', '/a/*', '/org/*', '/go/*', '/sign-in', '/sign-in/*', '/welcome'] as const
const files = ['/assets/*', '/icon.svg', '/choose-theme.js'] as const

/** The portal is a document of its own, with pages of its own behind it. */
const portalPages = ['/portal', '/portal/*'] as const

const about = { noun: 'console', method: 'GET', scope: 'public', access: 'read', summary: 'The console', answers: { 200: null } } as const

interface ConsoleOptions {
  readonly folder: string
  readonly portalHosts: readonly string[]
}

/** The console: its document at every address of a page, and its files. */
export function consoleRoutes({ folder, portalHosts }: ConsoleOptions): Route[] {
  const shared = { built: new ConsoleFiles(folder), portalHosts }
  const page = { ...about, id: 'v1.console.page' }
  const portalPage = { ...about, noun: 'portal', id: 'v1.portal.page', summary: 'The portal' }
  const file = { ...about, id: 'v1.console.file' }
  return [
    ...pages.flatMap((path) => routesOf(shared, { page: { ...page, path } }, { page: getPage })),
    ...portalPages.flatMap((path) => routesOf(shared, { page: { ...portalPage, path } }, { page: getPortalPage })),
    ...files.flatMap((path) => routesOf(shared, { file: { ...file, path } }, { file: getFile })),
  ]
}
