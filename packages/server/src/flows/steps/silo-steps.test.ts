import { describe, expect, it } from 'vitest'
import { AppError } from '#domain'
import { tablesOf } from '#store/testing'
import { openFlowsHarness, type FlowsHarness } from '../../../../../test/support/flows-harness.ts'

const save = (fields: object = {}) => ({ id: 'save', kind: 'save_entry', key: 'order-{{ body.number }}', ...fields })
const load = (entry: string, fields: object = {}) => ({ id: 'load', kind: 'load_entry', entry, ...fields })

async function runOf(harness: FlowsHarness, steps: unknown[], document: unknown) {
  const flow = await harness.addFlow(steps, { trigger: { kind: 'job' } })
  const row = await harness.run((await harness.startJob(flow, { document })).run)
  const outputs = (JSON.parse(row.steps) as { id: string; output?: unknown }[]).map(({ output }) => output)
  return { ...row, outputs }
}

const versions = async ({ store }: FlowsHarness) => tablesOf(store).selectFrom('silo_version').select(['version', 'saved_by']).execute()

describe('save_entry and load_entry', () => {
  it('keep a document as the next version of its key, and read it by key and id', async () => {
    await using harness = await openFlowsHarness()
    const steps = [save({ tags: ['order', '{{ body.kind }}'] }), load('{{ steps.save.output.id }}')]
    const first = await runOf(harness, steps, { number: 7, kind: 'new', total: 1 })
    expect(first.status).toBe('ok')
    const id = (first.outputs[0] as { id: string }).id
    expect(first.outputs).toEqual([
      { id, key: 'order-7', version: 1 },
      { id, key: 'order-7', version: 1, contentType: 'application/json', document: { number: 7, kind: 'new', total: 1 } },
    ])
    const second = await runOf(harness, [save({ document: { total: '{{ body.total }}' } }), load('order-7')], { number: 7, total: 2 })
    expect(second.outputs).toMatchObject([
      { id, version: 2 },
      { id, version: 2, document: { total: 2 } },
    ])
    expect(await versions(harness)).toEqual([
      { version: 1, saved_by: first.id },
      { version: 2, saved_by: second.id },
    ])
  })

  it('save once for each item of a loop, and once for each step, however often that is run', async () => {
    let lost = 0
    await using harness = await openFlowsHarness({
      change(options) {
        const { mutate } = options.store
        // The first answer is lost, so the step is run again.
        const store = new Proxy(options.store, {
          get: (target, name, receiver) =>
            name === 'mutate'
              ? async (...given: Parameters<typeof mutate>) => {
                  const result = await target.mutate(...given)
                  if (lost++ === 0) throw new AppError('store_unavailable')
                  return result
                }
              : (Reflect.get(target, name, receiver) as unknown),
        })
        return { ...options, store }
      },
    })
    const each = { id: 'each', kind: 'for_each', items: '{{ body.items }}', steps: [save({ key: 'all', document: '{{ item }}' })] }
    const row = await runOf(harness, [each, load('all')], { items: ['a', 'b', 'c'] })
    expect(row.status).toBe('ok')
    expect(row.outputs.at(-1)).toMatchObject({ version: 3, document: 'c' })
    expect((await versions(harness)).map(({ version }) => version)).toEqual([1, 2, 3])
    expect(lost).toBe(3) // The one that was lost is found by its mark.
  })

  it('report what is not there, and what cannot be kept', async () => {
    await using harness = await openFlowsHarness()
    expect(await runOf(harness, [load('nothing')], {})).toMatchObject({ status: 'ko', error_code: 'entry_not_found' })
    expect(await runOf(harness, [load('{{ body.none }}')], {})).toMatchObject({ error_code: 'entry_not_found' })
    expect(await runOf(harness, [save({ key: '{{ body.none }}' })], {})).toMatchObject({ error_code: 'invalid_key' })
    expect(await runOf(harness, [save({ tags: ['{{ body.tag }}'] })], { number: 1, tag: 'a b' })).toMatchObject({
      error_code: 'invalid_tag',
    })
    const large = { number: 1, a: 'x'.repeat(600_000) }
    expect(await runOf(harness, [save({ document: ['{{ body.a }}', '{{ body.a }}'] })], large)).toMatchObject({
      error_code: 'entry_too_large',
    })
  })
})

describe('webhook_response with an entry', () => {
  const saved = save({ key: 'A-{{ body.id }}' })
  const respond = (entry: string, fields: object = {}) => ({ id: 'reply', kind: 'webhook_response', entry, ...fields })
  const replyOf = async (harness: FlowsHarness, steps: unknown[]) => {
    const { run } = await harness.accept(await harness.addFlow(steps))
    return { reply: await harness.reply(run), row: await harness.run(run) }
  }

  it('names the version that it found, by key and by id, under its own type or the one that the step says', async () => {
    await using harness = await openFlowsHarness()
    const { reply, row } = await replyOf(harness, [saved, respond('{{ steps.save.output.id }}', { status: 201 })])
    expect(reply).toEqual({
      ...{ status: 201, headers: { 'content-type': 'application/json' }, body: null, encoding: 'utf8' },
      entry: { id: expect.stringMatching(/^entry_/) as string, version: 1, size: expect.any(Number) as number },
    })
    expect(row.status).toBe('ok')
    const typed = await replyOf(harness, [respond('A-o1', { headers: { 'Content-Type': 'application/ld+json' } })])
    expect(typed.reply).toEqual({ ...reply, status: 200, headers: { 'content-type': 'application/ld+json' } })
    expect((await replyOf(harness, [respond('A-o1', { status: 204 })])).reply).toEqual({
      status: 204,
      headers: {},
      body: null,
      encoding: 'utf8',
    })
  })

  it('fails where there is none, so that rescue can answer, and is left out where the caller was answered', async () => {
    await using harness = await openFlowsHarness()
    const gone = await replyOf(harness, [respond('A-none')])
    expect(gone.row).toMatchObject({ status: 'ko', error_code: 'entry_not_found' })
    expect(gone.reply).toMatchObject({ status: 500, body: expect.stringContaining('There is no entry \\"A-none\\".') as string })
    expect(JSON.parse(gone.row.faults)).toMatchObject([{ provider: 'webhook_response', paths: ['entry'] }])
    const both = await replyOf(harness, [{ id: 'first', kind: 'webhook_response', status: 202 }, respond('A-none')])
    expect(JSON.parse(both.row.steps)).toMatchObject([{ status: 'OK' }, { status: 'SKIP', code: 'already_answered' }])
  })
})
