import { PosthornError, type PortalGetLookOut } from '@posthorn/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ChangeEvent, type FormEvent, useState } from 'react'
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
      <PageBody className="max-w-[52rem]">
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
    <form onSubmit={submit} noValidate>
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
                className="h-control min-w-0 py-1"
                accept="image/png,image/svg+xml"
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
            hint="Where the way back leads when a link is used up."
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
    </form>
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
