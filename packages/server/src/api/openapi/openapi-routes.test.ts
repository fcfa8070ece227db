import { createHash } from 'node:crypto'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations, type OpenApiDocument } from '@posthorn/contract'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
let document: OpenApiDocument
beforeAll(async () => {
  api = await startTestApi()
  document = JSON.parse((await api.call('GET //openapi.json', { key: null })).text) as OpenApiDocument
})
afterAll(() => api.stop())

describe('the description of the API', () => {
  test('is OpenAPI 3.1, and reports every operation under its id', () => {
    expect(document.openapi).toBe('3.1.0')
    const said = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
    expect(said.toSorted()).toEqual(operations.map(({ id }) => id).toSorted())
    expect(new Set(said).size).toBe(said.length)
  })

  test('refers only to what it holds', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!.split('/'))
    expect(references.length).toBeGreaterThan(100)
    const at = (path: string[]) => path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document)
    expect(references.filter((path) => at(path) === undefined)).toEqual([])
  })

  test('has only schemas that a validator takes, and they tell right from wrong', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true })
    // Both of its module forms are wrapped.
    ;(addFormats as unknown as { default: (instance: Ajv2020) => void }).default(ajv)
    for (const format of ['cidrv4', 'cidrv6']) ajv.addFormat(format, true)
    ajv.addSchema({ $id: 'posthorn', components: document.components })
    const validators = Object.keys(document.components.schemas).map((name) => ({
      name,
      validate: ajv.compile({ $ref: `posthorn#/components/schemas/${name}` }),
    }))
    const flow = validators.find(({ name }) => name === 'FlowIn')!.validate
    const steps = [{ id: 'a', kind: 'branch', if: true, then: [{ id: 'b', kind: 'stop' }] }]
    expect(flow({ name: 'x', trigger: { kind: 'job' }, steps })).toBe(true)
    expect(
      flow({ name: 'x', trigger: { kind: 'job' }, steps: [{ id: 'a', kind: 'branch', if: true, then: [{ id: 'b', kind: 'magic' }] }] }),
    ).toBe(false)
  })

  test('says who may call what', () => {
    expect(document.paths['/healthz']!['get']!.security).toEqual([])
    expect(document.paths['/api/v1/key']!['post']!.description).toBe(
      'Needs a key of the organisation that may write. Of members, owners may.',
    )
    expect(document.paths['/api/v1/app/{app_id}/run']!['post']!.parameters.map(({ name }) => name)).toEqual([
      'app_id',
      'wait',
      'idempotency-key',
    ])
  })

  test('describes what is written as text in a URL as what it means', () => {
    const parameters = document.paths['/api/v1/event-type']!['get']!.parameters
    expect(parameters.find(({ name }) => name === 'include_archived')!.schema).toMatchObject({ type: 'boolean', default: false })
    expect(parameters.find(({ name }) => name === 'limit')!.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 250 })
  })
})

describe('the page for people', () => {
  test('shows every operation and every schema, runs nothing and loads nothing', async () => {
    const { status, text, headers } = await api.call('GET //docs', { key: null })
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    for (const { id } of operations) expect(text).toContain(`id="${id}"`)
    for (const name of Object.keys(document.components.schemas)) expect(text).toContain(`id="schema-${name}"`)
    expect(text).not.toMatch(/<script|<link|<img|\son\w+=|javascript:/)
    const style = /<style>([^]*?)<\/style>/.exec(text)![1]!
    expect(headers.get('content-security-policy')).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test('leads to what it names', async () => {
    const { text } = await api.call('GET //docs', { key: null })
    const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    const lost = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id).filter((id) => !ids.has(id))
    expect(lost).toEqual([])
  })
})
