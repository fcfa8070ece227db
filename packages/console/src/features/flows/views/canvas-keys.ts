import type { KeyboardEvent } from 'react'
import type { Builder } from '../builder.ts'
import { duplicateStep, moveStep } from '../model/edit.ts'
import { removeWithUndo } from '../model/remove-with-undo.ts'
import { beside, type CanvasEdge, type CanvasNode } from './layout.ts'

interface Graph {
  readonly nodes: readonly CanvasNode[]
  readonly edges: readonly CanvasEdge[]
}

/** Down and up along the lines, left and right between branches; the other keys are those of the list. */
export function actOnCanvas(event: KeyboardEvent<HTMLDivElement>, { draft }: Builder, graph: Graph): void {
  const target = event.target instanceof HTMLElement ? event.target : null
  const { step: id, canvas: node } = target?.dataset ?? {}
  if (node === undefined) return
  const surface = event.currentTarget
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key] as 1 | -1 | undefined
  if (by !== undefined) {
    event.preventDefault()
    if (!event.altKey) walk(surface, event.key, { from: node, graph })
    else if (id !== undefined) draft.edit((definition) => moveStep(definition, id, by))
  } else if (id !== undefined && event.key === 'Delete') {
    // What comes before it stays, and has the focus then.
    walk(surface, 'ArrowUp', { from: node, graph })
    removeWithUndo(draft, id)
  } else if (id !== undefined && (event.ctrlKey || event.metaKey) && event.key === 'd') {
    event.preventDefault()
    draft.edit((definition) => duplicateStep(definition, id))
  } else if (id !== undefined && event.key === 'a') {
    if (draft.may) walk(surface, 'ArrowDown', { from: node, graph })?.click()
  }
}

/** To the next node that can have the focus: for who may not add there are no gaps, and the head of the rescue lane is a word. */
function walk(
  surface: HTMLElement,
  key: string,
  { from, graph }: { readonly from: string; readonly graph: Graph },
): HTMLElement | undefined {
  for (let id = nextNode(key, from, graph); id !== undefined; id = nextNode(key, id, graph)) {
    const node = [...surface.querySelectorAll<HTMLElement>('[data-canvas]')].find(({ dataset }) => dataset['canvas'] === id)
    if (node === undefined) continue
    node.focus()
    return node
  }
  return undefined
}

function nextNode(key: string, from: string, { nodes, edges }: Graph): string | undefined {
  if (key === 'ArrowDown') return edges.find((edge) => edge.from === from)?.to
  if (key === 'ArrowUp') return edges.find((edge) => edge.to === from)?.from
  return beside(nodes, from, key === 'ArrowRight' ? 1 : -1)
}
