import { graphlib, layout } from '@dagrejs/dagre'
import type { BranchName, Definition, Gap, ListPlace, Step } from '../model/definition.ts'
import { branchNames } from '../model/definition.ts'

export const NODE_WIDTH = 240
export const NODE_HEIGHT = 84
const GAP_SIZE = 24

/** A node of the canvas: the trigger, a step, a gap where one can be added, or the head of the rescue lane. */
export type CanvasNode =
  | { readonly kind: 'trigger'; readonly id: string; readonly x: number; readonly y: number }
  | { readonly kind: 'step'; readonly id: string; readonly step: Step; readonly x: number; readonly y: number }
  | { readonly kind: 'gap'; readonly id: string; readonly gap: Gap; readonly after: string; readonly x: number; readonly y: number }
  | { readonly kind: 'rescue'; readonly id: string; readonly x: number; readonly y: number }

export interface CanvasEdge {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly label?: string
}

type Unplaced = CanvasNode extends infer Node ? (Node extends CanvasNode ? Omit<Node, 'x' | 'y'> : never) : never

const words: Readonly<Record<BranchName, string>> = { then: 'true', else: 'false', steps: 'each' }

/** The flow as a graph from top to bottom. It is computed, so nobody has to keep it in order. */
export function layOutFlow(definition: Definition): { readonly nodes: readonly CanvasNode[]; readonly edges: readonly CanvasEdge[] } {
  const nodes: Unplaced[] = []
  const edges: CanvasEdge[] = []

  /** Draws a list below its tails, and answers with those of the list. */
  const draw = (
    steps: readonly Step[],
    place: ListPlace,
    tails: readonly { readonly id: string; readonly label?: string }[],
  ): readonly { readonly id: string }[] => {
    let ends = tails
    for (const [at, step] of [...steps, undefined].entries()) {
      const gapId = gapIdOf(place, at)
      nodes.push({ kind: 'gap', id: gapId, gap: { list: place, at }, after: steps[at - 1]?.id ?? 'the start' })
      for (const end of ends)
        edges.push({ id: `${end.id}-${gapId}`, from: end.id, to: gapId, ...(end.label !== undefined && { label: end.label }) })
      if (step === undefined) return [{ id: gapId }]
      nodes.push({ kind: 'step', id: step.id, step })
      edges.push({ id: `${gapId}-${step.id}`, from: gapId, to: step.id })
      const branches = branchNames.filter((name) => step[name] !== undefined)
      ends =
        branches.length === 0
          ? [{ id: step.id }]
          : branches.flatMap((name) => draw(step[name]!, { in: name, step: step.id }, [{ id: step.id, label: words[name] }]))
    }
    return ends
  }

  nodes.push({ kind: 'trigger', id: TRIGGER })
  draw(definition.steps, { in: 'steps' }, [{ id: TRIGGER }])
  nodes.push({ kind: 'rescue', id: RESCUE })
  draw(definition.rescue ?? [], { in: 'rescue' }, [{ id: RESCUE }])
  return { nodes: placed(nodes, edges), edges }
}

export const TRIGGER = '@trigger'
export const RESCUE = '@rescue'

function gapIdOf(place: ListPlace, at: number): string {
  return `@gap ${place.in} ${'step' in place ? place.step : ''} ${at}`
}

function placed(nodes: readonly Unplaced[], edges: readonly CanvasEdge[]): readonly CanvasNode[] {
  const graph = new graphlib.Graph()
  graph.setGraph({ rankdir: 'TB', nodesep: 48, ranksep: 18, marginx: 24, marginy: 24 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id, kind } of nodes) graph.setNode(id, sizeOf(kind))
  for (const { from, to, label } of edges) graph.setEdge(from, to, label === undefined ? {} : { width: 40, height: 18, labelpos: 'c' })
  layout(graph)
  return nodes.map((node) => {
    const { x, y, width, height } = graph.node(node.id) as { x: number; y: number; width: number; height: number }
    return { ...node, x: x - width / 2, y: y - height / 2 } as CanvasNode
  })
}

function sizeOf(kind: CanvasNode['kind']): { readonly width: number; readonly height: number } {
  if (kind === 'gap') return { width: GAP_SIZE, height: GAP_SIZE }
  return { width: NODE_WIDTH, height: kind === 'rescue' ? 36 : kind === 'trigger' ? 64 : NODE_HEIGHT }
}
