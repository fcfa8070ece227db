import '@xyflow/react/dist/base.css'
import { Background, BackgroundVariant, MiniMap, ReactFlow, type ReactFlowInstance, ReactFlowProvider } from '@xyflow/react'
import { useCallback, useMemo, useRef } from 'react'
import type { Builder } from '../builder.ts'
import { useActs } from '../use-acts.ts'
import { actOnCanvas } from './canvas-keys.ts'
import { Acts, nodeTypes } from './canvas-nodes.tsx'
import { CanvasTools } from './canvas-tools.tsx'
import { layOutFlow, readableView } from './layout.ts'
import { usePicture } from './picture.ts'

// What is handed to the canvas stays the same: for anything else it asks every node and line whether that changes it.
const proOptions = { hideAttribution: true }
const dots = <Background variant={BackgroundVariant.Dots} gap={24} size={1.5} color="var(--color-line-strong)" />
const map = (
  <MiniMap
    // A flow is a column: a map as high as it is wide would show a line.
    {...{ pannable: true, zoomable: true, ariaLabel: 'Map of the flow', style: { width: 96, height: 280 } }}
    {...{
      bgColor: 'var(--color-surface)',
      maskColor: 'transparent',
      maskStrokeColor: 'var(--color-accent-mark)',
      maskStrokeWidth: 2,
    }}
    nodeColor={({ type }) => (type === 'gap' ? 'transparent' : 'var(--color-edge)')}
  />
)

/** Of thirty steps, with a gap behind each. */
const MAP_FROM = 60

/** The flow as a picture, from top to bottom. Arrow keys walk along its lines, Enter opens, `a` adds behind, Delete takes out. */
export function CanvasView({ builder }: { readonly builder: Builder }) {
  const { definition } = builder.draft
  const surface = useRef<HTMLDivElement>(null)
  const graph = useMemo(() => layOutFlow(definition), [definition])
  const latest = useRef(graph.nodes)
  latest.current = graph.nodes
  const { nodes, edges } = usePicture(graph, builder)
  const acts = useActs(builder)
  const begin = useCallback(
    (canvas: ReactFlowInstance) => onceSized(surface.current, (size) => void canvas.setViewport(readableView(latest.current, size))),
    [],
  )
  return (
    <Acts value={acts}>
      <ReactFlowProvider>
        <div ref={surface} className="flow-canvas min-h-0 flex-1 bg-sunken" onKeyDown={(event) => actOnCanvas(event, builder, graph)}>
          <ReactFlow
            nodes={nodes}
            edges={edges}
            nodeTypes={nodeTypes}
            nodesConnectable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            minZoom={0.2}
            onInit={begin}
            proOptions={proOptions}
          >
            {graph.nodes.length > MAP_FROM && map}
            {dots}
          </ReactFlow>
        </div>
        <CanvasTools draft={builder.draft} />
      </ReactFlowProvider>
    </Acts>
  )
}

/** Says how large an element is once it has a size: a phone has no room for it beside a panel. */
function onceSized(element: HTMLElement | null, tell: (size: { readonly width: number; readonly height: number }) => void): void {
  if (element === null) return
  const { clientWidth: width, clientHeight: height } = element
  if (width > 0) return tell({ width, height })
  const watch = new ResizeObserver(() => {
    if (element.clientWidth === 0) return
    watch.disconnect()
    tell({ width: element.clientWidth, height: element.clientHeight })
  })
  watch.observe(element)
}
