import { useReactFlow, useViewport } from '@xyflow/react'
import { Maximize, Minus, Plus, Redo2, Undo2 } from 'lucide-react'
import { IconButton } from '../../../ui/button.tsx'
import type { Draft } from '../use-draft.ts'

/** Undo, and how large the picture is. Below the picture: over it they would cover a step. */
export function CanvasTools({ draft }: { readonly draft: Draft }) {
  const { zoomIn, zoomOut, fitView } = useReactFlow()
  const { zoom } = useViewport()
  return (
    <div className="flex shrink-0 items-center gap-0.5 border-t border-line bg-surface px-2 py-1">
      {draft.may && (
        <>
          <IconButton size="sm" label="Undo" disabled={!draft.canUndo} onClick={draft.undo}>
            <Undo2 aria-hidden />
          </IconButton>
          <IconButton size="sm" label="Redo" disabled={!draft.canRedo} onClick={draft.redo}>
            <Redo2 aria-hidden />
          </IconButton>
          <span aria-hidden className="mx-1 h-5 w-px bg-line" />
        </>
      )}
      <IconButton size="sm" label="Smaller" onClick={() => void zoomOut()}>
        <Minus aria-hidden />
      </IconButton>
      <span className="num w-11 text-center text-text-2">{Math.round(zoom * 100)}%</span>
      <IconButton size="sm" label="Larger" onClick={() => void zoomIn()}>
        <Plus aria-hidden />
      </IconButton>
      <IconButton size="sm" label="Show the whole flow" data-key="1" onClick={() => void fitView({ maxZoom: 1, padding: 0.15 })}>
        <Maximize aria-hidden />
      </IconButton>
    </div>
  )
}
