import { PosthornError } from '@posthorn/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { parsedJson } from '../../lib/parsed-json.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, TextArea, TextField } from '../../ui/field.tsx'
import { Fields } from '../../ui/may.tsx'
import { Note } from '../../ui/note.tsx'
import { Card, type Crumb, PageBody, PageHead } from '../../ui/page.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { sayFailure } from '../../ui/toast.tsx'
import { Unsaved } from '../../ui/dialog.tsx'
import { type AuthForm, AuthFields, authOf, freshAuth } from './auth-fields.tsx'
import type { ListenerOfRequest } from './check/listener-of-request.ts'
import { PasteRequest } from './check/paste-request.tsx'
import { type ExpectedRow, ExpectedRows } from './expected-rows.tsx'
import { PublicUrlField } from './public-url-field.tsx'
import { SystemGrid } from './system-grid.tsx'
import { systemsQuery } from './systems-query.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const
type Method = (typeof methods)[number]
const FORM = 'add-listener'

/** Add Listener, in three parts on one page: the system, where and who, and what is expected. */
export function NewListenerPage() {
  const { app } = useParams({ from: '/a/$app/listeners/new' })
  const { system: asked, flow } = useSearch({ from: '/a/$app/listeners/new' })
  const queries = useQueryClient()
  const goOn = useGoOn(app, flow)
  const systems = useQuery(systemsQuery).data ?? []
  const [system, setSystem] = useState(asked ?? 'custom')
  const [name, setName] = useState('')
  const [suffix, setSuffix] = useState('')
  const [chosen, setChosen] = useState<readonly Method[]>(['POST'])
  const [auth, setAuth] = useState<AuthForm>(freshAuth)
  const [headers, setHeaders] = useState<readonly ExpectedRow[]>([])
  const [query, setQuery] = useState<readonly ExpectedRow[]>([])
  const [body, setBody] = useState('')
  const [made, setMade] = useState(false)
  const starts = useQuery({ queryKey: ['flow', app, flow], queryFn: () => api.flow.get(app, flow ?? ''), enabled: flow !== undefined }).data
  const known = systems.find((one) => one.name === system)
  const choose = (next: string): void => {
    const found = systems.find((one) => one.name === next)
    setSystem(next)
    setAuth(found !== undefined && found.secret !== null ? { ...freshAuth, kind: 'preset' } : freshAuth)
    if (name === '' && found !== undefined && next !== 'custom') setName(found.title)
    if (suffix === '' && next !== 'custom') setSuffix(`/${next}`)
    if (found !== undefined && found.methods.length > 0) setChosen(methods.filter((method) => found.methods.includes(method)))
  }
  const fill = (request: ListenerOfRequest): void => {
    setSystem('custom')
    setSuffix(request.suffix)
    setChosen(request.method === undefined ? ['POST'] : [request.method])
    setAuth({ ...freshAuth, ...request.auth })
    setHeaders(request.headers)
    setQuery(request.query)
    setBody(request.body)
  }
  const read = parsedJson(body)
  const create = useMutation({
    mutationFn: () =>
      api.listener.create(app, {
        ...{ name, system, suffix, methods: [...chosen], auth: authOf(auth) },
        expected: {
          ...{ headers: named(headers), query: named(query) },
          ...(body.trim() !== '' && read.ok && { body: read.value as never }),
        },
      } as never),
    onSuccess: async ({ id }) => {
      await Promise.all(['listeners', 'names'].map((key) => queries.invalidateQueries({ queryKey: [key, app] })))
      await goOn(id)
    },
  })
  const fault = create.error instanceof PosthornError ? create.error : undefined
  const unreadable = body.trim() !== '' && !read.ok
  const make = (): void => {
    if (suffix.trim() === '') setSuffix(`/${slugOf(name)}`)
    setMade(true)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!unreadable) create.mutate()
  }
  return (
    <>
      <PageHead
        title="Add Listener"
        crumbs={crumbsTo(app, flow, starts?.name)}
        facts={starts && `It starts ${starts.name} once it is saved.`}
        actions={
          <>
            <PasteRequest onFill={fill} />
            <Button kind="primary" type="submit" form={FORM} disabled={create.isPending}>
              Save
            </Button>
          </>
        }
      />
      <PageBody className="max-w-[60rem]">
        <form id={FORM} onSubmit={submit} noValidate>
          <Fields className="flex min-w-0 flex-col gap-5">
            <Card title="Select System">
              <SystemGrid systems={systems} chosen={system} onChoose={choose} />
            </Card>
            <Card title="Where and who">
              <div className="flex flex-col gap-4">
                <TextField label="Webhook Name" value={name} onText={setName} placeholder="Orders in" fault={faultOf(fault, '/name')} />
                <TextField
                  label="URL Suffix"
                  mono
                  value={suffix}
                  onText={setSuffix}
                  placeholder="/orders"
                  hint="No spaces. Use hyphens or underscores, for example /item-updated."
                  fault={
                    /\s/.test(suffix)
                      ? 'A URL suffix has no spaces. Use hyphens or underscores, for example /item-updated.'
                      : faultOf(fault, '/suffix')
                  }
                />
                <PublicUrlField app={app} suffix={suffix} made={made} onMake={make} />
                <MethodChoice chosen={chosen} onChange={setChosen} fault={faultOf(fault, '/methods')} />
                <AuthFields form={auth} onChange={setAuth} fault={fault} ofSystem={known?.secret ?? undefined} />
              </div>
            </Card>
            <ExpectedCard
              locked={lockedOf(auth)}
              {...{ headers, query, body, setHeaders, setQuery, setBody }}
              fault={unreadable ? 'This is not JSON.' : faultOf(fault, '/expected')}
            />
            {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
          </Fields>
        </form>
        <Unsaved values={[name === known?.title ? '' : name, headers, query, body]} saving={create.isPending} />
      </PageBody>
    </>
  )
}

/** One came from the list, or from the flow that the listener is to start. */
function crumbsTo(app: string, flow: string | undefined, name: string | undefined): readonly Crumb[] {
  if (flow === undefined) return [{ label: 'Listeners', link: { to: '/a/$app/listeners', params: { app } } }]
  return [
    { label: 'Flows', link: { to: '/a/$app/flows', params: { app } } },
    { label: name ?? 'Flow', link: { to: '/a/$app/flows/$flow', params: { app, flow } } },
  ]
}

function MethodChoice({
  chosen,
  onChange,
  fault,
}: {
  readonly chosen: readonly Method[]
  onChange(methods: readonly Method[]): void
  readonly fault: string | undefined
}) {
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="pb-1.5 font-medium">HTTP Method</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        {methods.map((method) => (
          <Checkbox
            key={method}
            label={<span className="font-mono">{method}</span>}
            checked={chosen.includes(method)}
            onChange={(on) => onChange(methods.filter((one) => (one === method ? on : chosen.includes(one))))}
          />
        ))}
      </div>
      <div className="text-xs text-fail-text">{fault}</div>
    </fieldset>
  )
}

/** After Save: the flow that the listener starts is where one came from; else it is shown how to use the listener. */
function useGoOn(app: string, flow: string | undefined): (listener: string) => Promise<void> {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return async (listener) => {
    const params = { app, listener }
    if (flow === undefined) return navigate({ to: '/a/$app/listeners/$listener', params, search: { tab: 'use' } })
    try {
      await api.flow.patch(app, flow, { trigger: { kind: 'webhook', listener } } as never)
      queries.removeQueries({ queryKey: ['flow', app] })
      await navigate({ to: '/a/$app/flows/$flow', params: { app, flow } })
    } catch (error) {
      sayFailure('The listener is there, but the flow still starts as it did.', wordsOf(error).detail)
      await navigate({ to: '/a/$app/listeners/$listener', params })
    }
  }
}

function ExpectedCard({
  locked,
  headers,
  query,
  body,
  setHeaders,
  setQuery,
  setBody,
  fault,
}: {
  readonly locked: readonly ExpectedRow[]
  readonly headers: readonly ExpectedRow[]
  readonly query: readonly ExpectedRow[]
  readonly body: string
  setHeaders(rows: readonly ExpectedRow[]): void
  setQuery(rows: readonly ExpectedRow[]): void
  setBody(text: string): void
  readonly fault: string | undefined
}) {
  return (
    <Card title="Expected Data Structure">
      <div className="flex flex-col gap-5">
        <p className="text-text-2">Its fields become variables in flows. Live data need not match this.</p>
        <ExpectedRows label="Headers" rows={[...locked, ...headers]} onChange={(rows) => setHeaders(unlocked(rows))} />
        <ExpectedRows label="Query Parameters" rows={query} onChange={setQuery} />
        <TextArea
          label="Body"
          optional
          mono
          rows={8}
          value={body}
          onText={setBody}
          hint="An example, as JSON. One item of a list is enough."
          fault={fault}
        />
      </div>
    </Card>
  )
}

const unlocked = (rows: readonly ExpectedRow[]): readonly ExpectedRow[] => rows.filter(({ locked }) => locked !== true)
const named = (rows: readonly ExpectedRow[]): readonly ExpectedRow[] => rows.filter(({ name }) => name.trim() !== '')

/** The header that the authentication asks for is expected by itself. */
function lockedOf({ kind, name }: AuthForm): readonly ExpectedRow[] {
  const locked = true
  if (kind === 'api_key' || kind === 'hmac') return [{ name, locked }]
  if (kind === 'bearer') return [{ name: 'Authorization', value: 'Bearer', locked }]
  return kind === 'basic' ? [{ name: 'Authorization', value: 'Basic', locked }] : []
}

/** "Orders in" as the end of a URL. */
function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return slug === '' ? 'webhook' : slug
}
