import { openApiDocument } from '@posthorn/contract'
import { route, type Route } from '../route.ts'
import { documentationPage, documentationStyleHash } from './documentation-page.ts'

const about = { noun: 'documentation', method: 'GET', scope: 'public', access: 'read', answers: { 200: null } } as const

/** The description of the API, for programs and for people. Made when it is first asked for: most processes never are. */
export function openApiRoutes(): Route[] {
  let json: string | undefined
  let page: string | undefined
  const headers = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }
  // The page runs nothing and loads nothing.
  const policy = `default-src 'none'; style-src '${documentationStyleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
  return [
    route({ ...about, id: 'v1.documentation.openapi', path: '/openapi.json', summary: 'The description of the API' }, async () => ({
      status: 200,
      json: (json ??= JSON.stringify(openApiDocument())),
      headers: { ...headers, 'access-control-allow-origin': '*' },
    })),
    route({ ...about, id: 'v1.documentation.page', path: '/docs', summary: 'The description of the API, to be read' }, async () => ({
      status: 200,
      content: { type: 'text/html; charset=utf-8', bytes: (page ??= documentationPage(openApiDocument())) },
      headers: { ...headers, 'content-security-policy': policy },
    })),
  ]
}
