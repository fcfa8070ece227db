import type { Answer } from '../route.ts'
import { pagePolicy } from './documentation-frame.ts'
import type { Documentation } from './documentation.ts'

interface DocumentationDeps {
  readonly documentation: Documentation
}

const headers = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }

export async function getOpenApi({ documentation }: DocumentationDeps): Promise<Answer> {
  const { json } = await documentation.description()
  return { status: 200, json, headers: { ...headers, 'access-control-allow-origin': '*' } }
}

export async function getPage({ documentation }: DocumentationDeps): Promise<Answer> {
  return pageAnswer((await documentation.description()).page)
}

export async function getEventsPage({ documentation }: DocumentationDeps): Promise<Answer> {
  return pageAnswer((await documentation.eventPages()).events)
}

export async function getPayloadsPage({ documentation }: DocumentationDeps): Promise<Answer> {
  return pageAnswer((await documentation.eventPages()).payloads)
}

function pageAnswer(page: string): Answer {
  return {
    status: 200,
    content: { type: 'text/html; charset=utf-8', bytes: page },
    headers: { ...headers, 'content-security-policy': pagePolicy },
  }
}
