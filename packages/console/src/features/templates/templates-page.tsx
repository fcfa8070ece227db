import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { counted } from '../../lib/amounts.ts'
import { PageBody, PageHead } from '../../ui/page.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx'
import { type Template, templatesQuery } from './queries.ts'
import { TemplateForm } from './template-form.tsx'

/** A flow is rarely the first of its kind: what ships, what each needs, and what it makes. */
export function TemplatesPage() {
  const { app } = useParams({ from: '/a/$app/templates' })
  const { template: wanted } = useSearch({ from: '/a/$app/templates' })
  const { data, error, refetch } = useQuery(templatesQuery)
  const template = data?.find(({ name }) => name === wanted)
  const flows = { label: 'Flows', link: { to: '/a/$app/flows', params: { app } } } as const
  const all = { label: 'Templates', link: { to: '/a/$app/templates', params: { app } } } as const
  return (
    <>
      <PageHead
        title={template?.title ?? 'New flow from a template'}
        crumbs={template === undefined ? [flows] : [flows, all]}
        facts={template?.summary ?? 'Listeners, flows and endpoints that work together. All of it is yours to change afterwards.'}
        line
      />
      <PageBody>
        {data === undefined ? (
          error === null ? (
            <SkeletonRows rows={5} />
          ) : (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )
        ) : template !== undefined ? (
          <TemplateForm key={template.name} app={app} template={template} />
        ) : data.length === 0 ? (
          <EmptyState title="This server has no templates.">A flow can be begun without one, under Flows.</EmptyState>
        ) : (
          <ul aria-label="Templates" className="grid gap-4 desk:grid-cols-2 wide:grid-cols-3">
            {data.map((one) => (
              <li key={one.name} className="flex">
                <TemplateCard app={app} template={one} />
              </li>
            ))}
          </ul>
        )}
      </PageBody>
    </>
  )
}

function TemplateCard({ app, template }: { readonly app: string; readonly template: Template }) {
  const { name, title, summary } = template
  return (
    <Link
      to="/a/$app/templates"
      params={{ app }}
      search={{ template: name }}
      className="flex w-full flex-col gap-3 rounded-lg border border-line bg-surface p-4 hover:border-line-strong hover:bg-hover"
    >
      <h2 className="text-md">{title}</h2>
      <p className="flex-1 text-text-2">{summary}</p>
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs">
        <dt className="text-text-3">Needs</dt>
        <dd className="text-text-2">{needs(template)}</dd>
        <dt className="text-text-3">Makes</dt>
        <dd className="text-text-2">{makes(template)}</dd>
      </dl>
    </Link>
  )
}

/** Only what nothing else gives: what has a default, or is made here, is not asked for. */
function needs({ inputs, secrets }: Template): string {
  const asked = [
    ...inputs.filter((input) => input.default === null).map(({ label }) => label),
    ...secrets.filter(({ from }) => from !== 'posthorn').map(({ label }) => label),
  ]
  return asked.length === 0 ? 'Nothing' : asked.join(', ')
}

function makes({ makes: made }: Template): string {
  const kinds = ['listener', 'flow', 'endpoint'] as const
  return kinds
    .map((kind) => [kind, made.filter((one) => one.kind === kind).length] as const)
    .filter(([, amount]) => amount > 0)
    .map(([kind, amount]) => counted(amount, kind))
    .join(', ')
}
