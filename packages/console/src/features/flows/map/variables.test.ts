import { expect, test } from 'vitest'
import { everyVariable, variablesOf } from './variables.ts'

const samples = [
  { order: { id: 'SO-1', vat: 'DE8', lines: [{ sku: 'KEG', 'a name': 1 }] } },
  { order: { id: 'SO-2', lines: [] } },
  { order: { id: 'SO-3', vat: null, note: 'late' } },
]

test('every variable is written as a template reads it, with its value in the sample that is shown', () => {
  const tree = variablesOf('body', samples[0], samples)
  const rows = [...everyVariable([tree])].map(({ path, type, value, seen }) => `${path} ${type} ${value} ${seen}`)
  expect(rows).toEqual([
    'body object  3',
    'body.order object  3',
    'body.order.id text SO-1 3',
    'body.order.vat text DE8 1',
    'body.order.lines list of 1  2',
    'body.order.lines[0] object  1',
    'body.order.lines[0].sku text KEG 1',
    "body.order.lines[0]['a name'] number 1 1",
    'body.order.note text  1',
  ])
})

test('what has no value yet stands there all the same', () => {
  expect(variablesOf('steps.total.output', undefined, [])).toEqual({
    path: 'steps.total.output',
    name: 'steps.total.output',
    type: 'null',
    value: '',
    seen: 0,
    children: [],
  })
})
