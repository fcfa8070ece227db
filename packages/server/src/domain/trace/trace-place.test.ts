import { randomFillSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createIds, idBits } from '../ids.ts'
import { spanOf, spanOfMaker, spanOfStep, placeOfDelivery, placeOfRequest, placeOfRun } from './trace-place.ts'
import { traceText } from './trace-text.ts'

const ids = createIds({ now: () => 1_790_000_000_000, fill: (target) => randomFillSync(target) })

describe('places in traces', () => {
  test('follow from ids, in words that the specification takes', () => {
    for (let i = 0; i < 200; i++) {
      const [request, run] = [ids.make('req'), ids.make('run')]
      const { traceId } = placeOfRequest(request, { told: null, share: 1 })
      for (const span of [spanOf(run), spanOfMaker(run), spanOfStep(run, i)]) {
        expect(traceText(`00-${traceId}-${span}-01`)).toBe(`00-${traceId}-${span}-01`)
      }
      expect(spanOf(request)).toBe(traceId.slice(16))
    }
  })

  test('are different for each thing, though steps and makers have no id', () => {
    const run = 'run_7n42DGM5Tflk9n8mt7Fhc7'
    const spans = [spanOf(run), spanOfMaker(run), ...Array.from({ length: 2000 }, (_, n) => spanOfStep(run, n))]
    expect(new Set(spans).size).toBe(2002)
    for (const span of spans) expect(span).toMatch(/^[0-9a-f]{16}$/)
  })

  test('keep what was told: its trace, its state, and whether somebody keeps it', () => {
    const told = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00 vendor=a'
    const place = { traceId: '0af7651916cd43dd8448eb211c80319c', isSampled: false, state: 'vendor=a' }
    const [id, request, message] = [ids.make('run'), ids.make('req'), ids.make('msg')]
    const cause = { told, share: 1 }
    expect(placeOfRequest(request, cause)).toEqual({ ...place, parent: 'b7ad6b7169203331' })
    expect(placeOfRun({ id, request_id: request }, { ...cause, message: null })).toEqual({ ...place, parent: spanOf(request) })
    expect(placeOfRun({ id, request_id: null }, { ...cause, message })).toEqual({ ...place, parent: 'b7ad6b7169203331' })
    expect(placeOfDelivery({ id, message_id: message, run_id: null }, cause)).toEqual({ ...place, parent: 'b7ad6b7169203331' })
  })

  test('where nothing was told, are those of what began it', () => {
    const [id, request, message] = [ids.make('run'), ids.make('req'), ids.make('msg')]
    const cause = { told: null, share: 1 }
    const place = (root: string, parent: string | null) => ({ traceId: idBits(root), isSampled: true, state: '', parent })
    expect(placeOfRun({ id, request_id: request }, { ...cause, message: null })).toEqual(place(request, spanOf(request)))
    expect(placeOfRun({ id, request_id: null }, { ...cause, message })).toEqual(place(message, spanOf(message)))
    expect(placeOfRun({ id, request_id: null }, { ...cause, message: null })).toEqual(place(id, null))
    expect(placeOfDelivery({ id, message_id: message, run_id: null }, cause)).toEqual(place(message, spanOf(message)))
  })

  test('of what begins here, as large a share is chosen as was asked for, and for all that a trace has alike', () => {
    const made = Array.from({ length: 10_000 }, () => ids.make('req'))
    const chosen = (share: number) => made.filter((id) => placeOfRequest(id, { told: null, share }).isSampled)
    expect(chosen(1)).toHaveLength(10_000)
    expect(chosen(0)).toHaveLength(0)
    expect(chosen(0.1).length).toBeGreaterThan(800)
    expect(chosen(0.1).length).toBeLessThan(1200)
    // Who chooses less chooses among the same.
    expect(chosen(0.3)).toEqual(expect.arrayContaining(chosen(0.1)))
  })
})
