import { Plus, X } from 'lucide-react'
import { type ComponentProps, useContext, useId, useState } from 'react'
import { parsedJson } from '../../../lib/parsed-json.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { CodeView } from '../../../ui/code-view.tsx'
import { inputLook, SelectField, TextArea, TextField } from '../../../ui/field.tsx'
import { Segmented } from '../../../ui/tabs.tsx'
import { TemplateInput, type TemplateInputProps } from '../editor/template-input.ts'
import type { Step } from '../model/definition.ts'
import { type FieldLook, fieldsOf } from '../step/presentation.ts'
import { connectionNamesQuery } from '../../connections/queries.ts'
import { stepKindsQuery } from '../../runs/step-kinds.ts'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'

interface Props {
  readonly step: Step
  /** What the server says of a field, by its name. */
  faultOf(field: string): string | undefined
  onChange(change: Readonly<Record<string, unknown>>): void
}

/** Set up: the fields of a step, in the order and words of its kind. A kind that is not known here is edited as JSON. */
export function StepForm({ step, faultOf, onChange }: Props) {
  const kinds = useQuery(stepKindsQuery).data
  if (kinds === undefined) return null
  const kind = kinds.find((one) => one.kind === step.kind)
  if (kind === undefined) return <WholeStep step={step} onChange={onChange} />
  const fields = fieldsOf(kind)
  const shown = fields.filter(({ more }) => !more)
  const folded = fields.filter(({ more }) => more)
  const field = (one: FieldLook) => (
    <StepField
      key={one.name}
      look={one}
      value={step[one.name]}
      fault={faultOf(one.name)}
      onChange={(value) => onChange({ [one.name]: value })}
    />
  )
  return (
    <div className="flex flex-col gap-4">
      {shown.map(field)}
      {shown.length === 0 && <p className="text-text-2">This step has nothing to set up.</p>}
      {folded.length > 0 && (
        <details className="border-t border-line pt-3">
          <summary className="min-h-6 cursor-pointer font-medium text-text-2">
            {folded.some(({ name }) => name === 'success') ? 'Success, retries and more' : 'More'}
          </summary>
          <div className="flex flex-col gap-4 pt-3">{folded.map(field)}</div>
        </details>
      )}
      {kind.sampleBody !== null && <SampleBody text={kind.sampleBody} event={textOfAny(step['event'])} />}
    </div>
  )
}

/** What the receiver gets, as the server writes it; the event is the step's own. */
function SampleBody({ text, event }: { readonly text: string; readonly event: string }) {
  const sample = JSON.parse(text) as Readonly<Record<string, unknown>>
  return (
    <section className="flex flex-col gap-1.5 border-t border-line pt-3">
      <h3 className="font-medium">Sample Body</h3>
      <CodeView label="Sample Body" json numbers={false} text={JSON.stringify({ ...sample, event }, null, 2)} />
      <p className="text-xs text-text-2">Ids, key, meta and faults are those of the run that sends it.</p>
    </section>
  )
}

interface FieldProps {
  readonly look: FieldLook
  readonly value: unknown
  readonly fault: string | undefined
  onChange(value: unknown): void
}

function StepField({ look, value, fault, onChange }: FieldProps) {
  const { label, optional, hint, placeholder, widget } = look
  const shared = { label, optional, hint, fault, placeholder }
  const orNothing = (text: string): void => onChange(text === '' && optional ? undefined : text)
  switch (widget) {
    case 'template':
      return <TemplateText {...shared} shape="line" value={textOfAny(value)} onText={orNothing} />
    case 'expression':
      return <TemplateText {...shared} shape="expression" value={textOfAny(value)} onText={orNothing} />
    case 'body':
      return <BodyField {...shared} value={value} onChange={onChange} />
    case 'number':
      return (
        <TextField
          {...shared}
          inputMode="numeric"
          value={textOfAny(value)}
          onText={(text) => onChange(text === '' ? undefined : Number.isNaN(Number(text)) ? text : Number(text))}
        />
      )
    case 'texts':
      return (
        <TextField
          {...shared}
          mono
          value={Array.isArray(value) ? value.join(', ') : ''}
          onText={(text) => onChange(text.trim() === '' ? undefined : text.split(',').map((one) => one.trim()))}
        />
      )
    case 'json':
      return <JsonField {...shared} value={value} onChange={onChange} />
    case 'method':
      return (
        <SelectField
          label={label}
          fault={fault}
          options={['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ value: method, label: method }))}
          value={typeof value === 'string' ? value : 'GET'}
          onValue={(method) => onChange(method)}
        />
      )
    case 'connection':
      return <ConnectionField {...shared} value={textOfAny(value)} onText={orNothing} />
    case 'status':
      return <StatusField value={value} label={label} fault={fault} onChange={onChange} />
    case 'headers':
      return <HeadersField {...{ label, hint, value, fault, onChange }} />
  }
}

/** The name of a connection: those that are there are offered. */
function ConnectionField(props: ComponentProps<typeof TextField>) {
  const { app = '' } = useParams({ strict: false })
  const names = useQuery(connectionNamesQuery(app)).data ?? []
  const id = useId()
  return (
    <>
      <TextField {...props} mono list={id} />
      <datalist id={id}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  )
}

const statuses = [
  { value: '200', label: '200 OK' },
  { value: '201', label: '201 Created' },
  { value: '202', label: '202 Accepted' },
  { value: '204', label: '204 No Content' },
] as const

/** The four that are picked, and any other as a number. */
function StatusField({
  value,
  label,
  fault,
  onChange,
}: {
  readonly value: unknown
  readonly label: string
  readonly fault: string | undefined
  onChange(value: unknown): void
}) {
  const text = textOfAny(value ?? 200)
  const [other, setOther] = useState(() => !statuses.some((status) => status.value === text))
  const options = [...statuses, { value: 'other', label: 'Another' }]
  return (
    <div className="flex flex-col gap-1.5">
      <div className="font-medium">{label}</div>
      <div className="flex flex-wrap items-center gap-2">
        <Segmented
          label={label}
          options={options}
          value={other ? 'other' : text}
          onChange={(next) => {
            setOther(next === 'other')
            if (next !== 'other') onChange(Number(next))
          }}
        />
        {other && (
          <input
            aria-label="Another status code"
            inputMode="numeric"
            value={value === undefined ? '' : text}
            placeholder="200 to 599"
            onChange={({ target }) => onChange(/^\d+$/.test(target.value) ? Number(target.value) : undefined)}
            className={`h-control-sm w-28 font-mono ${inputLook(fault !== undefined)} w-28!`}
          />
        )}
      </div>
      {fault !== undefined && <div className="text-xs text-fail-text">{fault}</div>}
    </div>
  )
}

/** A templated field, with the editor of the page where it has one. */
function TemplateText(props: TemplateInputProps) {
  const Editor = useContext(TemplateInput)
  if (Editor !== undefined) return <Editor {...props} />
  const { shape, bare, optional = false, value, ...shared } = props
  if (bare === true) {
    return (
      <input
        aria-label={shared.label}
        value={value}
        placeholder={shared.placeholder}
        onChange={(event) => shared.onText(event.target.value)}
        className={`h-control min-w-0 flex-1 font-mono ${inputLook(false)}`}
      />
    )
  }
  if (shape === 'line') return <TextField {...shared} optional={optional} mono value={value} />
  const rows = shape === 'expression' ? 3 : Math.min(14, Math.max(3, value.split('\n').length))
  return <TextArea {...shared} optional={optional} mono rows={rows} value={value} />
}

/** JSON, or a text that is sent as it stands. */
function BodyField(props: JsonProps) {
  const { value, onChange, ...shared } = props
  const [kind, setKind] = useState<'json' | 'text'>(typeof value === 'string' ? 'text' : 'json')
  const choose = (next: typeof kind): void => {
    setKind(next)
    if (next === 'text') return onChange(value === undefined ? undefined : JSON.stringify(value, null, 2))
    const read = parsedJson(textOfAny(value))
    if (read.ok) onChange(read.value)
  }
  return (
    <div className="relative">
      <div className="absolute -top-1.5 right-0 z-10">
        <Segmented
          label="Kind of body"
          options={[
            { value: 'json', label: 'JSON' },
            { value: 'text', label: 'Text' },
          ]}
          value={kind}
          onChange={choose}
        />
      </div>
      {kind === 'json' ? (
        <JsonField {...props} />
      ) : (
        <TemplateText {...shared} shape="text" value={textOfAny(value)} onText={(text) => onChange(text === '' ? undefined : text)} />
      )}
    </div>
  )
}

interface JsonProps extends Omit<FieldProps, 'look'> {
  readonly label: string
  readonly optional: boolean
  readonly hint: string | undefined
  readonly placeholder?: string | undefined
}

/** JSON as it is typed: what cannot be read stays in the field, and the step keeps what it had. */
function JsonField({ label, optional, hint, value, fault, onChange }: JsonProps) {
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, null, 2))
  const read = parsedJson(text)
  const unreadable = text.trim() !== '' && !read.ok
  const onText = (next: string): void => {
    setText(next)
    const parsed = parsedJson(next)
    if (next.trim() === '') onChange(undefined)
    else if (parsed.ok) onChange(parsed.value)
  }
  const shown = unreadable ? 'This is not JSON yet. A text stands in quotes.' : fault
  // What undo brought back is shown, unless it says what stands here already.
  const current =
    read.ok && JSON.stringify(read.value) !== JSON.stringify(value) && value !== undefined ? JSON.stringify(value, null, 2) : text
  return <TemplateText {...{ label, optional, hint, onText }} shape="json" value={current} fault={shown} />
}

function HeadersField({
  label,
  hint,
  value,
  fault,
  onChange,
}: {
  readonly label: string
  readonly hint: string
  readonly value: unknown
  readonly fault: string | undefined
  onChange(value: unknown): void
}) {
  const [rows, setRows] = useState(() =>
    Object.entries((value ?? {}) as Readonly<Record<string, unknown>>).map(([name, text]) => ({
      name,
      text: [text].flat().map(String).join(', '),
    })),
  )
  const set = (next: typeof rows): void => {
    setRows(next)
    const named = next.filter(({ name }) => name.trim() !== '')
    onChange(named.length === 0 ? undefined : Object.fromEntries(named.map(({ name, text }) => [name.trim(), text])))
  }
  return (
    <fieldset className="@container flex flex-col gap-2">
      <legend className="pb-1.5 font-medium">{label}</legend>
      {rows.map(({ name, text }, at) => (
        <div key={at} className="flex items-center gap-2">
          {/* In a panel, where a name and a value beside each other are both cut off, they stand below each other. */}
          <div className="flex min-w-0 flex-1 flex-col gap-1 @min-[34rem]:flex-row @min-[34rem]:gap-2">
            <input
              aria-label={`Name of header ${at + 1}`}
              value={name}
              placeholder="X-API-Key"
              onChange={(event) => set(rows.with(at, { name: event.target.value, text }))}
              className="h-control min-w-0 rounded-md border border-edge bg-surface px-2.5 font-mono @min-[34rem]:w-2/5"
            />
            <TemplateText
              bare
              label={`Value of header ${at + 1}`}
              shape="line"
              value={text}
              placeholder="{{ secrets.key }}"
              onText={(next) => set(rows.with(at, { name, text: next }))}
            />
          </div>
          <IconButton size="sm" label={`Remove header ${at + 1}`} onClick={() => set(rows.toSpliced(at, 1))}>
            <X aria-hidden />
          </IconButton>
        </div>
      ))}
      <Button kind="quiet" size="sm" className="self-start" onClick={() => setRows([...rows, { name: '', text: '' }])}>
        <Plus aria-hidden />
        Add header
      </Button>
      <div className={`text-xs ${fault === undefined ? 'text-text-3' : 'text-fail-text'}`}>{fault ?? hint}</div>
    </fieldset>
  )
}

function WholeStep({ step, onChange }: { readonly step: Step; onChange(change: Readonly<Record<string, unknown>>): void }) {
  const { id: _, kind: __, ...fields } = step
  return (
    <JsonField
      label="Fields"
      optional={false}
      hint="This server does not know this kind of step."
      value={fields}
      fault={undefined}
      onChange={(value) => typeof value === 'object' && value !== null && onChange(value as Readonly<Record<string, unknown>>)}
    />
  )
}

function textOfAny(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
