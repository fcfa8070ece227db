import { expect } from 'vitest'
import type { CallOptions, TestAnswer, TestApi } from './test-api.ts'
import { firstOwnerLink } from '../../packages/server/src/api/index.ts'

export const PASSWORD = 'four words in a row'

/** A person's browser: it shows its cookie, and says where the page that asks comes from. */
export interface Browser {
  readonly cookie: string
  call(methodAndPath: string, options?: CallOptions): Promise<TestAnswer>
}

export function browserWith(api: TestApi, cookie: string, site: string | null = 'same-origin'): Browser {
  return {
    cookie,
    call: async (methodAndPath, { headers, ...options } = {}) =>
      api.call(methodAndPath, { key: null, ...options, headers: { cookie, ...(site !== null && { 'sec-fetch-site': site }), ...headers } }),
  }
}

/** The cookie that an answer sets, as a browser would send it back. */
export function cookieOf(answer: TestAnswer): string {
  const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0]
  expect(cookie, `no cookie: ${answer.status} ${answer.text}`).toBeDefined()
  return cookie!
}

export function tokenOf(link: unknown): string {
  return String(link).split('#')[1]!
}

/** The first owner of this server, signed in. */
export async function firstOwner(api: TestApi, email = 'ines@example.com'): Promise<Browser> {
  const link = await firstOwnerLink({ ...api.deps, apiUrl: api.deps.settings.apiUrl })
  return redeem(api, { token: tokenOf(link), email, name: 'Ines', password: PASSWORD })
}

/** Somebody who was invited with the organisation's key, signed in. */
export async function member(
  api: TestApi,
  body: { email: string; role: string; applications?: readonly string[] },
): Promise<Browser & { id: string }> {
  const invited = await api.call('POST /member', { body })
  expect(invited.status, invited.text).toBe(201)
  const browser = await redeem(api, { token: tokenOf(invited.body['link']), name: body.email, password: PASSWORD })
  return { ...browser, id: String(invited.body['id']) }
}

async function redeem(api: TestApi, body: object): Promise<Browser> {
  const answer = await api.call('POST /session/link', { key: null, body })
  expect(answer.status, answer.text).toBe(201)
  return browserWith(api, cookieOf(answer))
}
