import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowRight } from 'lucide-react'
import { api } from '../../lib/api.ts'
import { CodeView } from '../../ui/code-view.tsx'
import { Note } from '../../ui/note.tsx'
import { Panel } from '../../ui/panel.tsx'
import { StatusMark } from '../../ui/status.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { faultWords } from './fault-words.ts'
import type { Run, Step } from './queries.ts'
import type { RunSearch } from './search.ts'
import { useStepKind } from './step-kinds.ts'

type Tab = NonNullable<RunSearch['tab']>

interface Props {
  readonly app: string
  readonly run: Run
  readonly step: Step
  readonly tab: Tab
  onTab(tab: Tab): void
  onClose(): void
}

/** One step: what went in, what came out, and how it ended. */
export function StepPanel({ app, run, step, tab, onTab, onClose }: Props) {
  const kind = useStepKind(step.kind)
  const sends = step.kind === 'send_webhook' || step.kind === 'http_request'
  return (
    <Panel
      label={`Step ${step.id}`}
      onClose={onClose}
      head={
        <div className="flex items-center justify-between gap-3">
          <span className="min-w-0">
            <h2 className="clip text-md">{step.id}</h2>
            <span className="text-xs text-text-2">{kind.label}</span>
          </span>
          <StatusMark status={step.status} />
        </div>
      }
    >
      {step.faults.map((fault, at) => {
        const { title, detail } = faultWords(fault)
        return (
          <Note key={at} kind="fail" title={title}>
            {detail}
          </Note>
        )
      })}
      {step.warnings.map((warning) => (
        <Note key={warning} title={warning} />
      ))}
      <Tabs
        label="Step"
        current={tab}
        onChange={onTab}
        tabs={[
          { name: 'input', label: 'Input' },
          { name: 'output', label: 'Output' },
          ...(sends ? ([{ name: 'attempts', label: 'Attempts' }] as const) : []),
          { name: 'raw', label: 'Raw' },
        ]}
      />
      {tab === 'input' && <Value label="Input" value={step.input} />}
      {tab === 'output' && <Value label="Output" value={step.output} />}
      {tab === 'attempts' && <StepDeliveries app={app} run={run} step={step} />}
      {tab === 'raw' && <Value label="Record" value={step} />}
    </Panel>
  )
}

function Value({ label, value }: { readonly label: string; readonly value: unknown }) {
  if (value === null || value === undefined) return <p className="text-text-2">Nothing.</p>
  return <CodeView json label={label} text={typeof value === 'string' ? value : JSON.stringify(value, null, 2)} maxHeight="60vh" />
}

function StepDeliveries({ app, run, step }: { readonly app: string; readonly run: Run; readonly step: Step }) {
  const { data } = useQuery({
    queryKey: ['run-deliveries', app, run.id],
    queryFn: () => api.delivery.list(app, { run_id: run.id, limit: 100 }),
  })
  const own = (data?.data ?? []).filter(({ stepId }) => stepId === step.id)
  if (data !== undefined && own.length === 0) return <p className="text-text-2">This step has sent nothing.</p>
  return (
    <ul className="flex flex-col">
      {own.map(({ id, status, attempts }) => (
        <li key={id}>
          <Link
            to="/a/$app/deliveries/$delivery"
            params={{ app, delivery: id }}
            className="flex h-row items-center justify-between gap-3 border-b border-line hover:bg-hover"
          >
            <StatusMark status={status} />
            <span className="text-text-2">{attempts === 1 ? '1 attempt' : `${attempts} attempts`}</span>
            <ArrowRight aria-hidden className="size-3.5 text-text-3" />
          </Link>
        </li>
      ))}
    </ul>
  )
}
