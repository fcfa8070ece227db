import { Copy, PanelsTopLeft, Trash2 } from 'lucide-react'
import { type ComponentProps, lazy, Suspense, useState } from 'react'
import { IconButton, LinkButton } from '../../../ui/button.tsx'
import { CodeView } from '../../../ui/code-view.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Fields } from '../../../ui/may.tsx'
import { Note } from '../../../ui/note.tsx'
import { SkeletonRows } from '../../../ui/states.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { StatusMark } from '../../../ui/status.tsx'
import { Tabs } from '../../../ui/tabs.tsx'
import { faultWords } from '../../runs/fault-words.ts'
import { useStepKind } from '../../runs/step-kinds.ts'
import type { Builder } from '../builder.ts'
import { findStep } from '../model/definition.ts'
import { changeStep, duplicateStep, renameStep } from '../model/edit.ts'
import { removeWithUndo } from '../model/remove-with-undo.ts'
import { NextRows } from './next-rows.tsx'
import { StepForm } from './step-form.tsx'

// With the editors; who may only look needs none.
const SetUp = lazy(() => import('./set-up.tsx').then((module) => ({ default: module.SetUp })))

type Tab = 'setup' | 'next' | 'last'

/** One step of the flow: its fields, when it runs and where it goes on, and what came of it when it was tried. */
export function FlowStepPanel({ builder, id }: { readonly builder: Builder; readonly id: string }) {
  const [tab, setTab] = useState<Tab>('setup')
  const { draft, select, faults, records } = builder
  const found = findStep(draft.definition, id)
  const kind = useStepKind(found?.step.kind ?? '')
  if (found === undefined) return null
  const { step, pointer } = found
  const record = records.find((one) => one.id === id)
  const own = faults.filter((fault) => fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`))
  const faultOf = (field: string): string | undefined => own.find((fault) => fault.pointer.startsWith(`${pointer}/${field}`))?.message
  const remove = (): void => {
    select(undefined)
    removeWithUndo(draft, id)
  }
  return (
    <Panel
      label={`Step ${id}`}
      onClose={() => select(undefined)}
      head={
        <div className="min-w-0">
          <h2 className="clip text-md">{id}</h2>
          <span className="text-xs text-text-2">{kind.label}</span>
        </div>
      }
      actions={
        draft.may && (
          <>
            <IconButton size="sm" label="Duplicate the step" onClick={() => draft.edit((definition) => duplicateStep(definition, id))}>
              <Copy aria-hidden />
            </IconButton>
            <IconButton size="sm" label="Remove the step" onClick={remove}>
              <Trash2 aria-hidden />
            </IconButton>
          </>
        )
      }
    >
      <Tabs
        label="Step"
        current={tab}
        onChange={(next) => setTab(next)}
        tabs={[
          { name: 'setup', label: 'Set up' },
          { name: 'next', label: 'When and next' },
          { name: 'last', label: 'Last result', ...(record && { note: record.status }) },
        ]}
      />
      {own
        .filter((fault) => fault.pointer === pointer)
        .map((fault) => (
          <Note key={fault.code} kind="fail" title={fault.message} />
        ))}
      {tab === 'setup' && (
        <>
          <Fields>
            <RenameField key={id} id={id} onRename={(to) => (draft.edit((definition) => renameStep(definition, id, to)), select(to))} />
            <StepFields builder={builder} step={step} faultOf={faultOf} />
          </Fields>
          {draft.may && (
            <LinkButton to="/a/$app/flows/$flow/map/$step" params={{ app: builder.app, flow: builder.flow.id, step: id }}>
              <PanelsTopLeft aria-hidden />
              {step.kind === 'webhook_response' ? 'What will the caller see?' : 'Map with real requests'}
            </LinkButton>
          )}
        </>
      )}
      {tab === 'next' && (
        <Fields>
          <NextRows key={id} step={step} onChange={(change) => draft.edit((definition) => changeStep(definition, id, change))} />
        </Fields>
      )}
      {tab === 'last' &&
        (record === undefined ? (
          <p className="text-text-2">It has not run yet. Run with sample shows what it does.</p>
        ) : (
          <LastResult record={record} />
        ))}
    </Panel>
  )
}

function StepFields({ builder, step, faultOf }: Omit<ComponentProps<typeof SetUp>, 'onChange'>) {
  const { may, edit } = builder.draft
  const form = {
    ...{ step, faultOf },
    onChange: (change: Readonly<Record<string, unknown>>): void => edit((definition) => changeStep(definition, step.id, change)),
  }
  if (!may) return <StepForm {...form} />
  return (
    <Suspense fallback={<SkeletonRows rows={4} />}>
      <SetUp key={`${step.id} ${step.kind}`} builder={builder} {...form} />
    </Suspense>
  )
}

function RenameField({ id, onRename }: { readonly id: string; onRename(to: string): void }) {
  const [text, setText] = useState(id)
  const fits = /^[a-z][a-z0-9_]{0,63}$/.test(text)
  return (
    <TextField
      label="Name"
      mono
      value={text}
      onText={setText}
      onBlur={() => fits && text !== id && onRename(text)}
      hint="Later steps read it as steps.name.output."
      fault={fits ? undefined : 'A lower-case letter first, then letters, digits and _.'}
    />
  )
}

function LastResult({ record }: { readonly record: Builder['records'][number] }) {
  return (
    <>
      <StatusMark status={record.status} />
      {record.faults.map((fault, at) => {
        const { title, detail } = faultWords(fault)
        return (
          <Note key={at} kind="fail" title={title}>
            {detail}
          </Note>
        )
      })}
      <h3>Input</h3>
      {record.input === null || record.input === undefined ? (
        <p className="text-text-2">Nothing.</p>
      ) : (
        <CodeView json label="Input" text={JSON.stringify(record.input, null, 2)} maxHeight="30vh" />
      )}
      <h3>Output</h3>
      {record.output === null || record.output === undefined ? (
        <p className="text-text-2">Nothing.</p>
      ) : (
        <CodeView json label="Output" text={JSON.stringify(record.output, null, 2)} maxHeight="30vh" />
      )}
    </>
  )
}
