import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Definition, everyStep, type Gap, type Step, stepsBefore } from './definition.ts'
import { changeStep, duplicateStep, insertStep, moveStep, removeStep, renameStep } from './edit.ts'

const { step: anyStep } = fc.letrec<{ step: Step; steps: Step[] }>((tie) => ({
  step: fc.oneof(
    { weight: 3, arbitrary: fc.record({ id: fc.constantFrom('a', 'b', 'c', 'shape'), kind: fc.constantFrom('transform', 'stop') }) },
    {
      weight: 1,
      arbitrary: fc.record({ id: fc.constantFrom('x', 'y'), kind: fc.constant('branch'), then: tie('steps'), else: tie('steps') }),
    },
  ) as fc.Arbitrary<Step>,
  steps: fc.array(tie('step'), { maxLength: 3 }) as fc.Arbitrary<Step[]>,
}))

const empty: Definition = { name: 'Orders', trigger: { kind: 'job' }, steps: [] }
const anyDefinition = fc
  .array(anyStep, { maxLength: 6 })
  .map((steps) => steps.reduce((definition, step, at) => insertStep(definition, { list: { in: 'steps' }, at }, step), empty))

const idsOf = (definition: Definition): string[] => [...everyStep(definition)].map(({ step }) => step.id)

function gapsOf(definition: Definition): Gap[] {
  const lists = [...everyStep(definition)].flatMap(({ step }): Gap[] =>
    step.kind === 'branch'
      ? [
          { list: { in: 'then', step: step.id }, at: 0 },
          { list: { in: 'else', step: step.id }, at: step.else?.length ?? 0 },
        ]
      : [],
  )
  return [...lists, { list: { in: 'steps' }, at: 0 }, { list: { in: 'rescue' }, at: 0 }]
}

describe('editing a flow', () => {
  test('a step that is put in and taken out again leaves nothing behind', () => {
    fc.assert(
      fc.property(anyDefinition, anyStep, fc.nat(), (definition, step, choice) => {
        const gaps = gapsOf(definition)
        const gap = gaps[choice % gaps.length]!
        const before = new Set(idsOf(definition))
        const inserted = insertStep(definition, gap, step)
        const added = idsOf(inserted).find((id) => !before.has(id))!
        const removed = removeStep(inserted, added)
        expect({ rescue: [], ...removed }).toEqual({ rescue: [], ...definition })
      }),
    )
  })

  test('every id stays unique, whatever is put in or copied', () => {
    fc.assert(
      fc.property(anyDefinition, fc.nat(), (definition, choice) => {
        const ids = idsOf(definition)
        const next = ids.length === 0 ? definition : duplicateStep(definition, ids[choice % ids.length]!)
        expect(new Set(idsOf(next)).size).toBe(idsOf(next).length)
      }),
    )
  })

  test('what is moved down and up again stands where it stood', () => {
    const definition: Definition = { ...empty, steps: ['a', 'b', 'c'].map((id) => ({ id, kind: 'stop' })) }
    expect(idsOf(moveStep(definition, 'a', 1))).toEqual(['b', 'a', 'c'])
    expect(moveStep(moveStep(definition, 'a', 1), 'a', -1)).toEqual(definition)
    expect(moveStep(definition, 'c', 1)).toEqual(definition)
  })

  test('a step that gets another id keeps its readers', () => {
    const definition: Definition = {
      ...empty,
      steps: [
        { id: 'total', kind: 'transform', expression: '1' },
        { id: 'reply', kind: 'webhook_response', body: { a: '{{ steps.total.output }}', b: 'steps.totals' } },
      ],
    }
    const renamed = renameStep(definition, 'total', 'sum')
    expect(renamed.steps[1]!['body']).toEqual({ a: '{{ steps.sum.output }}', b: 'steps.totals' })
    expect(idsOf(renamed)).toEqual(['sum', 'reply'])
    expect(renameStep(definition, 'total', 'reply')).toBe(definition)
  })

  test('a field that is set to nothing is gone', () => {
    const definition: Definition = { ...empty, steps: [{ id: 'a', kind: 'fail', code: 'x', message: 'y' }] }
    expect(changeStep(definition, 'a', { code: undefined, message: 'z' }).steps).toEqual([{ id: 'a', kind: 'fail', message: 'z' }])
  })

  test('what has run before a step within a branch is what stands before its branch too', () => {
    const definition: Definition = {
      ...empty,
      steps: [
        { id: 'a', kind: 'stop' },
        {
          id: 'b',
          kind: 'branch',
          then: [
            { id: 'c', kind: 'stop' },
            { id: 'd', kind: 'stop' },
          ],
          else: [{ id: 'e', kind: 'stop' }],
        },
      ],
    }
    expect(stepsBefore(definition, 'd').map(({ id }) => id)).toEqual(['a', 'c'])
    expect(stepsBefore(definition, 'e').map(({ id }) => id)).toEqual(['a'])
  })
})
