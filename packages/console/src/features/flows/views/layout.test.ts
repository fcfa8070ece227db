import { expect, test } from 'vitest'
import type { Definition } from '../model/definition.ts'
import { beside, layOutFlow, NODE_WIDTH, readableView } from './layout.ts'

const flow: Definition = {
  name: 'Orders',
  trigger: { kind: 'job' },
  steps: [
    { id: 'a', kind: 'transform' },
    {
      id: 'b',
      kind: 'branch',
      then: [
        { id: 'c', kind: 'stop' },
        { id: 'd', kind: 'stop' },
      ],
      else: [],
    },
    { id: 'e', kind: 'stop' },
  ],
  rescue: [{ id: 'sorry', kind: 'webhook_response' }],
}

test('steps stand under each other in their order, branches side by side in theirs, and the rescue lane at the right', () => {
  const { nodes } = layOutFlow(flow)
  const at = (id: string) => nodes.find((node) => node.id === id)!
  expect(
    at('@trigger').y < at('a').y && at('a').y < at('b').y && at('b').y < at('c').y && at('c').y < at('d').y && at('d').y < at('e').y,
  ).toBe(true)
  expect(at('c').x).toBeLessThan(at('@gap else b').x)
  expect(Math.min(at('@rescue').x, at('sorry').x)).toBeGreaterThan(Math.max(at('c').x, at('b').x) + NODE_WIDTH)
  const boxes = nodes.map(({ kind, x, y }) => ({
    x,
    y,
    width: kind === 'gap' ? 24 : NODE_WIDTH,
    height: kind === 'gap' ? 24 : kind === 'step' ? 84 : 36,
  }))
  const overlaps = boxes.flatMap((one, at) =>
    boxes
      .slice(at + 1)
      .filter(
        (other) =>
          one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height,
      ),
  )
  expect(overlaps).toEqual([])
})

test('every way that a run can take is a line, through a gap where a step can be added', () => {
  const { edges } = layOutFlow(flow)
  const lines = edges.map(({ from, to, label }) => `${from} > ${to}${label === undefined ? '' : ` (${label})`}`)
  expect(lines).toContain('b > @gap then b (true)')
  expect(lines).toContain('b > @gap else b (false)')
  expect(lines).toContain('@gap after d > @gap after b')
  expect(lines).toContain('@gap else b > @gap after b')
})

test('each step says where it stands, and left and right lead to the other branch and to the rescue lane', () => {
  const { nodes } = layOutFlow(flow)
  const places = nodes.flatMap((node) => (node.kind === 'step' ? [`${node.id}: ${node.place}`] : []))
  expect(places).toEqual([
    'a: step 1 of 3',
    'b: step 2 of 3',
    'c: step 1 of 2, in branch true of b',
    'd: step 2 of 2, in branch true of b',
    'e: step 3 of 3',
    'sorry: step 1 of 1, if a KO is not handled',
  ])
  expect(beside(nodes, '@gap then b', 1)).toBe('@gap else b')
  expect(beside(nodes, '@gap else b', -1)).toBe('@gap then b')
  expect(beside(nodes, 'sorry', 1)).toBe(undefined)
  expect(beside(nodes, 'sorry', -1)).not.toBe(undefined)
})

test('a canvas begins with all of the flow where it can be read then, else below its trigger', () => {
  const { nodes } = layOutFlow(flow)
  const all = readableView(nodes, { width: 3000, height: 3000 })
  expect(all.zoom).toBe(1)
  const small = readableView(nodes, { width: 400, height: 300 })
  expect([small.zoom, small.y]).toEqual([0.85, 28])
  const trigger = nodes.find(({ kind }) => kind === 'trigger')!
  expect((trigger.x + NODE_WIDTH / 2) * small.zoom + small.x).toBeCloseTo(200)
})
