import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { Clock, type LucideIcon, Megaphone, Play, Plus, Webhook } from 'lucide-react'
import { createContext, memo, useContext } from 'react'
import { classNames } from '../../../lib/class-names.ts'
import { StatusIcon } from '../../../ui/status.tsx'
import { stepIcon } from '../../runs/step-kinds.ts'
import { substanceOf } from '../step/substance.ts'
import type { BuilderActs } from '../use-acts.ts'
import { NODE_WIDTH, TRIGGER } from './layout.ts'
import type { GapData, StepData, TriggerData } from './picture.ts'

/** What a press of a node does; the same for as long as the canvas stands. */
export const Acts = createContext<BuilderActs | undefined>(undefined)

function Ports({ top = true, bottom = true }: { readonly top?: boolean; readonly bottom?: boolean }) {
  return (
    <>
      {top && <Handle type="target" position={Position.Top} isConnectable={false} className="opacity-0" />}
      {bottom && <Handle type="source" position={Position.Bottom} isConnectable={false} className="opacity-0" />}
    </>
  )
}

function StepNode({ data: { step, place, label, status, selected, faulty } }: NodeProps<Node<StepData>>) {
  const acts = useContext(Acts)
  const Icon = stepIcon(step.kind)
  return (
    <>
      <button
        type="button"
        data-canvas={step.id}
        data-step={step.id}
        onClick={() => acts?.select(step.id)}
        aria-label={[step.id, label, place, ...(status === undefined ? [] : [`last result ${status}`])].join(', ')}
        aria-current={selected ? 'true' : undefined}
        style={{ width: NODE_WIDTH }}
        className={classNames(
          'nodrag nopan flex flex-col gap-2 rounded-lg border bg-raised p-2.5 text-left shadow-1',
          selected ? 'border-accent-mark outline-1 outline-accent-mark' : faulty ? 'border-fail-mark' : 'border-line-strong',
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
          {status !== undefined && <StatusIcon status={status} />}
        </span>
        <span className="clip border-t border-line pt-1.5 font-mono text-xs text-text-2">{substanceOf(step) || '\u00a0'}</span>
      </button>
      <Ports />
    </>
  )
}

const triggerIcons: Readonly<Record<string, LucideIcon>> = { webhook: Webhook, event: Megaphone, schedule: Clock, job: Play }

function TriggerNode({ data: { trigger, name, kind } }: NodeProps<Node<TriggerData>>) {
  const acts = useContext(Acts)
  const Icon = triggerIcons[trigger] ?? Webhook
  return (
    <>
      <button
        type="button"
        data-canvas={TRIGGER}
        aria-label={`Starts with ${name}, ${kind}`}
        onClick={() => acts?.openTrigger()}
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

function GapNode({ id, data: { gap, after, may, on } }: NodeProps<Node<GapData>>) {
  const acts = useContext(Acts)
  if (!may) return <Ports />
  return (
    <>
      <button
        type="button"
        data-canvas={id}
        aria-label={`Add a step after ${after}`}
        onClick={() => acts?.add(gap)}
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

/** A node is drawn anew where it says something else, not where it only stands elsewhere. */
const sameWords = (before: NodeProps, after: NodeProps): boolean => before.id === after.id && before.data === after.data

export const nodeTypes = {
  step: memo(StepNode, sameWords as never),
  trigger: memo(TriggerNode, sameWords as never),
  gap: memo(GapNode, sameWords as never),
  rescue: memo(RescueNode, () => true),
}
