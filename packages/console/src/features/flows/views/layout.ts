import { branchNames, type BranchName, type Definition, type Gap, type ListPlace, type Step } from '../model/definition.ts'

export const NODE_WIDTH = 240
const NODE_HEIGHT = 84
const GAP_SIZE = 24

/** A node of the canvas: the trigger, a step, a gap where one can be added, or the head of the rescue lane. */
export type CanvasNode =
  | { readonly kind: 'trigger'; readonly id: string; readonly x: number; readonly y: number }
  | {
      readonly kind: 'step'
      readonly id: string
      readonly step: Step
      /** "step 4 of 5, in branch true", for who hears it. */
      readonly place: string
      readonly x: number
      readonly y: number
    }
  | { readonly kind: 'gap'; readonly id: string; readonly gap: Gap; readonly after: string; readonly x: number; readonly y: number }
  | { readonly kind: 'rescue'; readonly id: string; readonly x: number; readonly y: number }

export interface CanvasEdge {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly label?: string
}

const words: Readonly<Record<BranchName, string>> = { then: 'true', else: 'false', steps: 'each' }

export const TRIGGER = '@trigger'
const RESCUE = '@rescue'
const TRIGGER_HEIGHT = 64
const RESCUE_HEIGHT = 36
/** Between what stands under each other, what stands beside each other, and the flow and its rescue lane. */
const BELOW = 20
const BESIDE = 40
const LANE = 72
/** Where a line splits or joins, there is room for its bend and its label. */
const BEND = 40

/** A part of the picture, with its own corner as the origin. Lines enter and leave it in the middle. */
interface Block {
  readonly width: number
  readonly height: number
  readonly nodes: readonly CanvasNode[]
}

/**
 * The flow as a graph from top to bottom. It is a list of steps with lists in it, so each list is a column and each branch its columns
 * side by side: the same flow is always the same picture, and nobody has to keep it in order.
 */
export function layOutFlow(definition: Definition): { readonly nodes: readonly CanvasNode[]; readonly edges: readonly CanvasEdge[] } {
  const edges: CanvasEdge[] = []
  const flow = column([
    { width: NODE_WIDTH, height: TRIGGER_HEIGHT, nodes: [{ kind: 'trigger', id: TRIGGER, x: 0, y: 0 }] },
    listBlock(definition.steps, { in: 'steps' }, { edges, tails: [{ id: TRIGGER }] }).block,
  ])
  const rescue = column([
    { width: NODE_WIDTH, height: RESCUE_HEIGHT, nodes: [{ kind: 'rescue', id: RESCUE, x: 0, y: 0 }] },
    listBlock(definition.rescue ?? [], { in: 'rescue' }, { edges, tails: [{ id: RESCUE }] }).block,
  ])
  return { nodes: [...flow.nodes, ...moved(rescue.nodes, flow.width + LANE, 0)], edges }
}

interface Tail {
  readonly id: string
  readonly label?: string
}

/** Draws a list below its tails, and answers with those of the list. */
function listBlock(
  steps: readonly Step[],
  place: ListPlace,
  { edges, tails }: { readonly edges: CanvasEdge[]; readonly tails: readonly Tail[] },
): { readonly block: Block; readonly tails: readonly Tail[] } {
  const blocks: Block[] = []
  let ends = tails
  for (const [at, step] of [...steps, undefined].entries()) {
    // By what it stands behind: a step that is put in or taken out leaves all other gaps what they are, and the one before it the focus.
    const before = steps[at - 1]?.id
    const id = before === undefined ? `@gap ${place.in} ${'step' in place ? place.step : ''}` : `@gap after ${before}`
    blocks.push({
      width: GAP_SIZE,
      height: GAP_SIZE,
      nodes: [{ kind: 'gap', id, gap: { list: place, at }, after: before ?? 'the start', x: 0, y: 0 }],
    })
    for (const { id: from, label } of ends) edges.push({ id: `${from}-${id}`, from, to: id, ...(label !== undefined && { label }) })
    ends = [{ id }]
    if (step === undefined) break
    edges.push({ id: `${id}-${step.id}`, from: id, to: step.id })
    blocks.push({
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      nodes: [{ kind: 'step', id: step.id, step, place: placeWords(place, { at, of: steps.length }), x: 0, y: 0 }],
    })
    ends = [{ id: step.id }]
    const branches = branchNames.filter((name) => step[name] !== undefined)
    if (branches.length === 0) continue
    const drawn = branches.map((name) =>
      listBlock(step[name]!, { in: name, step: step.id }, { edges, tails: [{ id: step.id, label: words[name] }] }),
    )
    blocks.push(row(drawn.map(({ block }) => block)))
    ends = drawn.flatMap((branch) => branch.tails)
  }
  return { block: column(blocks), tails: ends }
}

function placeWords(place: ListPlace, { at, of }: { readonly at: number; readonly of: number }): string {
  const among = `step ${at + 1} of ${of}`
  if (!('step' in place)) return place.in === 'rescue' ? `${among}, if a KO is not handled` : among
  return `${among}, in branch ${words[place.in]} of ${place.step}`
}

/** What stands at the left or right of a node, as near to its height as can be. */
export function beside(nodes: readonly CanvasNode[], from: string, by: 1 | -1): string | undefined {
  const own = nodes.find(({ id }) => id === from)
  if (own === undefined) return undefined
  const away = (node: CanvasNode): number => Math.abs(middleOf(node).y - middleOf(own).y) * 4 + Math.abs(middleOf(node).x - middleOf(own).x)
  return nodes
    .filter((node) => node.kind !== 'rescue' && (middleOf(node).x - middleOf(own).x) * by > GAP_SIZE)
    .toSorted((one, other) => away(one) - away(other))[0]?.id
}

function middleOf(node: CanvasNode): { readonly x: number; readonly y: number } {
  const { width, height } = sizeOf(node)
  return { x: node.x + width / 2, y: node.y + height / 2 }
}

/** What a node takes on the canvas. */
export function sizeOf({ kind }: CanvasNode): { readonly width: number; readonly height: number } {
  return { width: kind === 'gap' ? GAP_SIZE : NODE_WIDTH, height: heights[kind] }
}

/** Under each other, each in the middle. */
function column(blocks: readonly Block[]): Block {
  const width = Math.max(...blocks.map((block) => block.width))
  let y = 0
  const nodes = blocks.flatMap((block, at) => {
    if (at > 0) y += BELOW
    const placed = moved(block.nodes, (width - block.width) / 2, y)
    y += block.height
    return placed
  })
  return { width, height: y, nodes }
}

/** Beside each other, with room above and below for the lines that split and join. */
function row(blocks: readonly Block[]): Block {
  let x = 0
  const nodes = blocks.flatMap((block, at) => {
    if (at > 0) x += BESIDE
    const placed = moved(block.nodes, x, BEND)
    x += block.width
    return placed
  })
  return { width: x, height: Math.max(...blocks.map((block) => block.height)) + 2 * BEND - BELOW, nodes }
}

function moved(nodes: readonly CanvasNode[], x: number, y: number): readonly CanvasNode[] {
  return nodes.map((node) => ({ ...node, x: node.x + x, y: node.y + y }))
}

/** Smaller, and the words in the nodes cannot be read. */
const READABLE_ZOOM = 0.85
const EDGE = 28
const heights = { trigger: TRIGGER_HEIGHT, step: NODE_HEIGHT, gap: GAP_SIZE, rescue: RESCUE_HEIGHT } as const

/** Where a canvas of this size begins: with all of the flow if it can be read then, else with its upper part, below the trigger. */
export function readableView(nodes: readonly CanvasNode[], { width, height }: { readonly width: number; readonly height: number }) {
  const right = Math.max(0, ...nodes.map(({ kind, x }) => x + (kind === 'gap' ? GAP_SIZE : NODE_WIDTH)))
  const bottom = Math.max(0, ...nodes.map(({ kind, y }) => y + heights[kind]))
  const left = Math.min(right, ...nodes.map(({ x }) => x))
  const [wide, high] = [width - 2 * EDGE, height - 2 * EDGE]
  const zoom = Math.min(1, Math.max(READABLE_ZOOM, Math.min(wide / (right - left), high / bottom)))
  const trigger = nodes.find(({ kind }) => kind === 'trigger')
  const isTooWide = trigger !== undefined && (right - left) * zoom > wide
  const middle = isTooWide ? trigger.x + NODE_WIDTH / 2 : (left + right) / 2
  return { zoom, x: width / 2 - middle * zoom, y: Math.max(EDGE, (height - bottom * zoom) / 2) }
}
