import type { Edge, Node } from '@xyflow/react'
import { useCallback, useMemo, useRef } from 'react'
import { useStepKinds } from '../../runs/step-kinds.ts'
import type { Builder } from '../builder.ts'
import { type Definition, everyStep, type Gap, type Step } from '../model/definition.ts'
import { triggerLines } from '../trigger-words.ts'
import { type CanvasEdge, type CanvasNode, sizeOf } from './layout.ts'

/** What a node says. */
export interface StepData extends Record<string, unknown> {
  readonly step: Step
  readonly place: string
  /** Of its kind. */
  readonly label: string
  /** What it came to in the last try, else in the last run. */
  readonly status: string | undefined
  readonly selected: boolean
  readonly faulty: boolean
}
export interface TriggerData extends Record<string, unknown> {
  readonly trigger: string
  readonly name: string
  readonly kind: string
}
export interface GapData extends Record<string, unknown> {
  readonly gap: Gap
  readonly after: string
  readonly may: boolean
  /** The palette fills it. */
  readonly on: boolean
}

interface Graph {
  readonly nodes: readonly CanvasNode[]
  readonly edges: readonly CanvasEdge[]
}

/** The graph as the canvas takes it. Whatever is as it was stays the same object, so that a change of one step draws one node. */
export function usePicture(graph: Graph, builder: Builder): { readonly nodes: Node[]; readonly edges: Edge[] } {
  const nodes = useSame<Node>()
  const edges = useSame<Edge>()
  const labelOf = useStepKinds()
  const { draft, records, faults, selected, adding, listener } = builder
  const { definition, may } = draft
  return {
    nodes: useMemo(() => {
      const words = wordsOf({ definition, may, records, faults, selected, adding, listener, labelOf })
      return nodes(graph.nodes.map((node) => nodeOf(node, words(node))))
    }, [graph, nodes, definition, may, records, faults, selected, adding, listener, labelOf]),
    edges: useMemo(() => edges(graph.edges.map(edgeOf)), [graph, edges]),
  }
}

function nodeOf(node: CanvasNode, data: Record<string, unknown>): Node {
  return {
    id: node.id,
    type: node.kind,
    position: { x: node.x, y: node.y },
    // Without its size a node is hidden until it is measured, at each change of the flow, and loses the focus.
    measured: sizeOf(node),
    data,
    // What can be neither dragged nor selected would let the pointer through to the pane, and has buttons in it.
    style: { pointerEvents: 'all' },
    draggable: false,
    focusable: false,
    selectable: false,
  }
}

function edgeOf({ id, from, to, label }: CanvasEdge): Edge {
  return {
    ...{ id, source: from, target: to, type: 'smoothstep', focusable: false, pathOptions: { offset: 10, borderRadius: 8 } },
    ...(label !== undefined && { label, labelStyle: { fill: 'var(--color-text-2)' }, labelBgStyle: { fill: 'var(--color-sunken)' } }),
  }
}

interface Told
  extends Pick<Builder, 'records' | 'faults' | 'selected' | 'adding' | 'listener'>, Pick<Builder['draft'], 'definition' | 'may'> {
  /** Of a kind of step. */
  labelOf(kind: string): string
}

/** What each node says, each looked up once. */
function wordsOf(told: Told): (node: CanvasNode) => Record<string, unknown> {
  const { definition, may, records, faults, selected, adding, listener, labelOf } = told
  const statuses = new Map(records.map(({ id, status }) => [id, status]))
  const faulty = faultySteps(definition, faults)
  const filled = JSON.stringify(adding)
  return (node) => {
    switch (node.kind) {
      case 'step': {
        const { step, place } = node
        const [status, isSelected] = [statuses.get(step.id), step.id === selected]
        return { step, place, label: labelOf(step.kind), status, selected: isSelected, faulty: faulty.has(step.id) } satisfies StepData
      }
      case 'gap': {
        const { gap, after } = node
        return { gap, after, may, on: filled === JSON.stringify(gap) } satisfies GapData
      }
      case 'trigger': {
        const { trigger } = definition
        const [name, kind] = triggerLines(trigger, listener)
        return { trigger: trigger.kind, name, kind } satisfies TriggerData
      }
      case 'rescue':
        return {}
    }
  }
}

/** The steps in which something is to mend: the innermost that a fault lies in. */
function faultySteps(definition: Definition, faults: Builder['faults']): ReadonlySet<string> {
  const found = new Set<string>()
  if (faults.length === 0) return found
  const ids = new Map([...everyStep(definition)].map(({ step, pointer }) => [pointer, step.id]))
  for (const { pointer } of faults) {
    for (let part = pointer; part !== ''; part = part.slice(0, part.lastIndexOf('/'))) {
      const id = ids.get(part)
      if (id === undefined) continue
      found.add(id)
      break
    }
  }
  return found
}

/** Gives back what it gave before wherever that says the same. */
function useSame<Item extends { readonly id: string }>(): (items: Item[]) => Item[] {
  const before = useRef<{ readonly byId: ReadonlyMap<string, Item>; readonly items: Item[] }>({ byId: new Map(), items: [] })
  return useCallback((items) => {
    const { byId, items: old } = before.current
    const next = items.map((item) => shared(byId.get(item.id), item))
    const isSame = next.length === old.length && next.every((item, at) => item === old[at])
    if (!isSame) before.current = { byId: new Map(next.map((item) => [item.id, item])), items: next }
    return before.current.items
  }, [])
}

/** `after`, with every part of it that says what it said `before`. A step is compared by being the same one. */
function shared<Value>(before: Value | undefined, after: Value): Value {
  if (Object.is(before, after)) return after
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return after
  const parts = Object.entries(after).map(([name, part]) => {
    const old = (before as Readonly<Record<string, unknown>>)[name]
    return [name, name === 'step' ? part : shared(old, part)] as const
  })
  const isSame =
    parts.length === Object.keys(before).length &&
    parts.every(([name, part]) => part === (before as Readonly<Record<string, unknown>>)[name])
  return isSame ? before : (Object.fromEntries(parts) as Value)
}
