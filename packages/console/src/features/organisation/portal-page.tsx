import { PosthornError, type PortalGetLookOut } from '@posthorn/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ChangeEvent, type FormEvent, useLayoutEffect, useRef, useState } from 'react'
import { applyAccent } from '../../lib/accent.ts'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Fields, May } from '../../ui/may.tsx'
import { Note } from '../../ui/note.tsx'
import { Card, PageBody, PageHead } from '../../ui/page.tsx'
import { ErrorState, SkeletonRows } from '../../ui/states.tsx'
import { say } from '../../ui/toast.tsx'

const lookQuery = { queryKey: ['portal-look'], queryFn: () => api.portal.getLook() }

/** How the portal of customers looks. */
export function PortalPage() {
  const { data, error, refetch } = useQuery(lookQuery)
  return (
    <>
      <PageHead
        title="Portal"
        facts="Pages for the people of your customers: their endpoints, delivery logs and event types. Links to it are made on the page of an application."
      />
      <PageBody className="max-w-[76rem]">
        {data === undefined ? (
          error === null ? (
            <SkeletonRows rows={4} />
          ) : (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )
        ) : (
          <LookForm key={JSON.stringify(data)} look={data} />
        )}
      </PageBody>
    </>
  )
}

function LookForm({ look }: { readonly look: PortalGetLookOut }) {
  const queries = useQueryClient()
  const [name, setName] = useState(look.name)
  const [accent, setAccent] = useState(look.accent ?? '')
  const [returnUrl, setReturnUrl] = useState(look.returnUrl ?? '')
  const [logo, setLogo] = useState(look.logo)
  const save = useMutation({
    mutationFn: () =>
      api.portal.putLook({ name, logo, accent: accent === '' ? null : accent, returnUrl: returnUrl === '' ? null : returnUrl }),
    onSuccess: async () => {
      say('Saved. Portals that are opened from now on look so.')
      await queries.invalidateQueries({ queryKey: lookQuery.queryKey })
    },
  })
  const fault = save.error instanceof PosthornError ? save.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    save.mutate()
  }
  const choose = async ({ target }: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = target.files?.[0]
    if (file !== undefined) setLogo(await dataUrlOf(file))
  }
  return (
    <form onSubmit={submit} noValidate className="grid items-start gap-4 wide:grid-cols-[minmax(0,1fr)_24rem]">
      <Card title="Look">
        <Fields>
          <TextField
            label="Name"
            value={name}
            onText={setName}
            hint="Whose portal it is. It stands at its top."
            fault={faultOf(fault, '/name')}
          />
          <TextField
            label="Accent"
            mono
            value={accent}
            onText={setAccent}
            placeholder="#3a4fc4"
            hint="The colour of buttons and links. Its lightness is moved until it can be read in both themes."
            fault={faultOf(fault, '/accent')}
          />
          <div className="flex flex-col gap-1">
            <label htmlFor="logo" className="text-md font-medium">
              Logo
            </label>
            <div className="flex flex-wrap items-center gap-3">
              {logo !== null && <img src={logo} alt="The logo as it is now" className="h-8 max-w-48 object-contain" />}
              <input
                id="logo"
                type="file"
                accept="image/png,image/svg+xml"
                className="text-text-2 file:mr-3 file:h-control file:cursor-pointer file:rounded-md file:border file:border-line-strong file:bg-surface file:px-3 file:font-medium file:text-text file:hover:bg-hover"
                onChange={(event) => void choose(event)}
              />
              {logo !== null && (
                <May>
                  <Button onClick={() => setLogo(null)}>Without a logo</Button>
                </May>
              )}
            </div>
            <span className="text-xs text-text-3">{faultOf(fault, '/logo') ?? 'PNG or SVG, 75 kB at most.'}</span>
          </div>
          <TextField
            label="Return URL"
            mono
            value={returnUrl}
            onText={setReturnUrl}
            placeholder="https://app.example.com/settings"
            hint="Where Back leads, and where a link that is used up sends people."
            fault={faultOf(fault, '/returnUrl')}
          />
          {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
          <May>
            <Button kind="primary" type="submit" className="self-start" disabled={save.isPending}>
              Save look
            </Button>
          </May>
        </Fields>
      </Card>
      <Preview name={name} logo={logo} accent={accent} />
    </form>
  )
}

/** How it would look, before it is saved. */
function Preview({ name, logo, accent }: { readonly name: string; readonly logo: string | null; readonly accent: string }) {
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const style = place.current?.style
    if (style === undefined) return
    style.cssText = ''
    if (CSS.supports('color', accent)) applyAccent(accent, style)
  }, [accent])
  return (
    <Card title="Preview" flush>
      <div ref={place} aria-hidden className="flex flex-col bg-canvas">
        <div className="flex items-center gap-4 border-b border-line bg-surface px-4 py-2">
          <span className="flex min-w-0 items-center gap-2 font-strong">
            {logo !== null && <img src={logo} alt="" className="h-5 max-w-24 object-contain" />}
            <span className="clip">{name === '' ? 'Webhooks' : name}</span>
          </span>
          <span className="rounded-md bg-selected px-2.5 py-1 font-medium">Endpoints</span>
          <span className="text-text-2">Logs</span>
        </div>
        <div className="flex items-center justify-between px-4 pt-4">
          <span className="text-lg font-strong">Webhooks</span>
          <span className="flex h-control items-center rounded-md bg-accent px-3 font-medium text-on-accent">Add Endpoint</span>
        </div>
        <div className="m-4 rounded-lg border border-line bg-surface px-4 py-3">
          <div className="font-medium">Accounting</div>
          <div className="font-mono text-xs text-text-2">https://example.com/webhooks</div>
          <div className="mt-2 text-accent-text">All deliveries</div>
        </div>
      </div>
    </Card>
  )
}

function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error ?? new Error('The file cannot be read.'))
    reader.readAsDataURL(file)
  })
}
