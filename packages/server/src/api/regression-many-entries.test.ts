import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AppError, type FieldFault } from '#domain'
import { startTestApi, type TestApi } from '../../../../test/support/test-api.ts'
import { check } from './check.ts'
import { ENTRIES_MAX } from './check-sizes.ts'

function faultsOf(refused: () => unknown): readonly FieldFault[] {
  try {
    refused()
  } catch (error) {
    if (error instanceof AppError) return error.fields ?? []
  }
  return []
}

// Eighty thousand wrong values of one body became eighty thousand faults, each compared with all others, which took minutes.

describe('a body with more entries than anybody means', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await startTestApi()
    await api.call('POST /app', { body: { uid: 'own', name: 'Own' } })
  })
  afterAll(() => api.stop())

  const entries = (count: number, value: unknown) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]))

  test.each([
    ['an object', 'POST /app', { name: 'a', metadata: entries(ENTRIES_MAX + 1, 1) }, 'metadata'],
    [
      'a list without a limit of its own',
      'PATCH /app/own/endpoint/x/headers',
      { headers: {}, deleteHeaders: Array(ENTRIES_MAX + 1).fill(1) },
      'deleteHeaders',
    ],
    ['under an older name', 'POST /app', { name: 'a', rateLimit: 1, metadata: entries(ENTRIES_MAX + 1, 'x') }, 'metadata'],
  ])('is refused for how many they are: %s', async (_, path, body, field) => {
    const answer = await api.call(path, { body })
    expect(answer.status, answer.text.slice(0, 300)).toBe(422)
    expect(answer.body['errors']).toEqual([
      { pointer: `/${field}`, code: 'too_big', message: `Give at most ${ENTRIES_MAX} entries; here are ${ENTRIES_MAX + 1}.` },
    ])
  })

  test('has at most a hundred of its faults reported, each place once', async () => {
    const answer = await api.call('POST /app', { body: { name: 'a', metadata: entries(ENTRIES_MAX - 1, 1) } })
    expect(answer.status).toBe(422)
    const pointers = (answer.body['errors'] as unknown as { pointer: string }[]).map(({ pointer }) => pointer)
    expect(pointers).toHaveLength(100)
    expect(new Set(pointers).size).toBe(100)
  })

  test('has ten of its unknown members explained, wherever they stand', () => {
    const schema = z.strictObject({ types: z.array(z.strictObject({ name: z.string() })) })
    const types = Array.from({ length: 200 }, () => ({ name: 'a', ...Object.fromEntries(['nam', 'nome', 'mane'].map((key) => [key, 1])) }))
    const said = faultsOf(() => check(schema, { types }, 'body'))
    expect(said).toHaveLength(100)
    expect(said.filter(({ message }) => message.includes('Did you mean')).map(({ pointer }) => pointer)).toEqual(
      said.slice(0, 10).map(({ pointer }) => pointer),
    )
  })

  test('is bounded where it holds no document: a call that has no use for a megabyte is refused before it is read', async () => {
    const large = { name: 'x'.repeat(300_000) }
    expect(await api.call('POST /app', { body: large })).toMatchObject({ status: 413, body: { code: 'payload_too_large' } })
    // An example may be long, and is kept.
    const example = { name: 'long.example', description: '', example: { text: 'x'.repeat(300_000) } }
    expect((await api.call('POST /event-type', { body: example })).status).toBe(201)
  })
})
