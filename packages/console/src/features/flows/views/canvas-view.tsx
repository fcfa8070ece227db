import '@xyflow/react/dist/base.css'
import {
  Background,
  BackgroundVariant,
  type Edge,
  Handle,
  MiniMap,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
} from '@xyflow/react'
import { Clock, type LucideIcon, Megaphone, Play, Plus, Webhook } from 'lucide-react'
import { createContext, useContext, useMemo, useRef } from 'react'
import { classNames } from '../../../lib/class-names.ts'
import { StatusIcon } from '../../../ui/status.tsx'
import { useStepKind } from '../../runs/step-kinds.ts'
import type { Builder } from '../builder.ts'
import { substanceOf } from '../step/substance.ts'
import { triggerLines } from '../trigger-words.ts'
import { actOnCanvas } from './canvas-keys.ts'
import { CanvasTools } from './canvas-tools.tsx'
import { type CanvasNode, layOutFlow, NODE_WIDTH, readableView, sizeOf, TRIGGER } from './layout.ts'

const Shared = createContext<Builder | undefined>(undefined)
type FlowNode = Node<{ readonly node: CanvasNode }>

/** Of thirty steps, with a gap behind each. */
const MAP_FROM = 60

/** The flow as a picture, from top to bottom. Arrow keys walk along its lines, Enter opens, `a` adds behind, Delete takes out. */
export function CanvasView({ builder }: { readonly builder: Builder }) {
  const { definition } = builder.draft
  const surface = useRef<HTMLDivElement>(null)
  const graph = useMemo(() => layOutFlow(definition), [definition])
  const latest = useRef(graph.nodes)
  latest.current = graph.nodes
  const nodes = graph.nodes.map((node): FlowNode => ({
    id: node.id,
    type: node.kind,
    position: { x: node.x, y: node.y },
    // Without its size a node is hidden until it is measured, at each change of the flow, and loses the focus.
    measured: sizeOf(node),
    data: { node },
    // What can be neither dragged nor selected would let the pointer through to the pane, and has buttons in it.
    style: { pointerEvents: 'all' },
    draggable: false,
    focusable: false,
    selectable: false,
  }))
  const edges = graph.edges.map(({ id, from, to, label }): Edge => ({
    ...{ id, source: from, target: to, type: 'smoothstep', focusable: false, pathOptions: { offset: 10, borderRadius: 8 } },
    ...(label !== undefined && { label, labelStyle: { fill: 'var(--color-text-2)' }, labelBgStyle: { fill: 'var(--color-sunken)' } }),
  }))
  return (
    <Shared value={builder}>
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
            onInit={(canvas) => onceSized(surface.current, (size) => void canvas.setViewport(readableView(latest.current, size)))}
            proOptions={{ hideAttribution: true }}
          >
            {graph.nodes.length > MAP_FROM && (
              // A flow is a column: a map as high as it is wide would show a line.
              <MiniMap
                {...{ pannable: true, zoomable: true, ariaLabel: 'Map of the flow', style: { width: 96, height: 280 } }}
                {...{
                  bgColor: 'var(--color-surface)',
                  maskColor: 'transparent',
                  maskStrokeColor: 'var(--color-accent-mark)',
                  maskStrokeWidth: 2,
                }}
                nodeColor={({ type }) => (type === 'gap' ? 'transparent' : 'var(--color-edge)')}
              />
            )}
            <Background variant={BackgroundVariant.Dots} gap={24} size={1.5} color="var(--color-line-strong)" />
          </ReactFlow>
        </div>
        <CanvasTools draft={builder.draft} />
      </ReactFlowProvider>
    </Shared>
  )
}

function Ports({ top = true, bottom = true }: { readonly top?: boolean; readonly bottom?: boolean }) {
  return (
    <>
      {top && <Handle type="target" position={Position.Top} isConnectable={false} className="opacity-0" />}
      {bottom && <Handle type="source" position={Position.Bottom} isConnectable={false} className="opacity-0" />}
    </>
  )
}

function StepNode({ data: { node } }: NodeProps<FlowNode>) {
  const builder = useContext(Shared)
  const { label, icon: Icon } = useStepKind(node.kind === 'step' ? node.step.kind : '')
  if (node.kind !== 'step' || builder === undefined) return null
  const { step } = node
  const record = builder.records.find(({ id }) => id === step.id)
  const faulty = builder.faults.some(({ pointer, message }) => message !== '' && pointer === pointerOf(builder, step.id))
  return (
    <>
      <button
        type="button"
        data-canvas={node.id}
        data-step={step.id}
        onClick={() => builder.select(step.id)}
        aria-label={[step.id, label, node.place, ...(record === undefined ? [] : [`last result ${record.status}`])].join(', ')}
        aria-current={step.id === builder.selected ? 'true' : undefined}
        style={{ width: NODE_WIDTH }}
        className={classNames(
          'nodrag nopan flex flex-col gap-2 rounded-lg border bg-raised p-2.5 text-left shadow-1',
          step.id === builder.selected
            ? 'border-accent-mark outline-1 outline-accent-mark'
            : faulty
              ? 'border-fail-mark'
              : 'border-line-strong',
        )}
      >
        <span className="flex items-center gap-3">
          <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-md bg-idle-tint text-text-2">
            <Icon className="size-4" />
          </span>
          <span className="flex min-w-0 flex-1 flex-col">
            <span className="clip font-medium">{step.id}</span>
            <span className="clip text-xs text-text-2">{label}</span>
          </span>
          {record !== undefined && <StatusIcon status={record.status} />}
        </span>
        <span className="clip border-t border-line pt-1.5 font-mono text-xs text-text-2">{substanceOf(step) || '\u00a0'}</span>
      </button>
      <Ports />
    </>
  )
}

function pointerOf(builder: Builder, id: string): string {
  return builder.faults.find(({ pointer }) => pointer.endsWith(`/${id}`))?.pointer ?? ''
}

const triggerIcons: Readonly<Record<string, LucideIcon>> = { webhook: Webhook, event: Megaphone, schedule: Clock, job: Play }

function TriggerNode() {
  const builder = useContext(Shared)
  if (builder === undefined) return null
  const { trigger } = builder.draft.definition
  const [name, kind] = triggerLines(trigger, builder.listener)
  const Icon = triggerIcons[trigger.kind] ?? Webhook
  return (
    <>
      <button
        type="button"
        data-canvas={TRIGGER}
        aria-label={`Starts with ${name}, ${kind}`}
        onClick={builder.openTrigger}
        style={{ width: NODE_WIDTH }}
        className="nodrag nopan flex h-16 items-center gap-3 rounded-lg border border-line-strong bg-raised p-2.5 text-left shadow-1"
      >
        <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-md bg-accent-tint text-accent-text">
          <Icon className="size-4" />
        </span>
        <span className="min-w-0">
          <span className="clip block font-medium">{name}</span>
          <span className="clip block text-xs text-text-2">{kind}</span>
        </span>
      </button>
      <Ports top={false} />
    </>
  )
}

function GapNode({ data: { node } }: NodeProps<FlowNode>) {
  const builder = useContext(Shared)
  if (node.kind !== 'gap' || builder === undefined) return null
  if (!builder.draft.may) return <Ports />
  const on = JSON.stringify(builder.adding) === JSON.stringify(node.gap)
  return (
    <>
      <button
        type="button"
        data-canvas={node.id}
        aria-label={`Add a step after ${node.after}`}
        onClick={() => builder.add(node.gap)}
        className={classNames(
          'nodrag nopan grid size-6 place-items-center rounded-full border',
          on
            ? 'border-transparent bg-accent text-on-accent'
            : 'border-line-strong bg-surface text-text-2 hover:border-accent-mark hover:text-accent-text',
        )}
      >
        <Plus aria-hidden className="size-3.5" />
      </button>
      <Ports />
    </>
  )
}

function RescueNode() {
  return (
    <>
      <div
        style={{ width: NODE_WIDTH }}
        className="grid h-9 place-items-center rounded-full border border-dashed border-line-strong text-text-2"
      >
        If a KO is not handled
      </div>
      <Ports top={false} />
    </>
  )
}

const nodeTypes = { step: StepNode, trigger: TriggerNode, gap: GapNode, rescue: RescueNode }

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
