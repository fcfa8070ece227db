import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useNames } from '../../lib/queries/names.ts'
import { chosen } from '../../lib/search.ts'
import { PageHead } from '../../ui/page.tsx'
import { StatusPill } from '../../ui/status.tsx'
import { Inspector } from './inspector.tsx'
import { requestQuery } from './queries.ts'

/** One request as a page: its address can be sent to somebody. */
export function RequestPage() {
  const { app, request: id } = useParams({ from: '/a/$app/requests/$request' })
  const search = useSearch({ from: '/a/$app/requests/$request' })
  const navigate = useNavigate({ from: '/a/$app/requests/$request' })
  const { data } = useQuery(requestQuery(app, id))
  const listener = useNames(app, 'listener', [data?.listenerId]).get(data?.listenerId ?? '')
  return (
    <>
      <PageHead
        title={data?.eventType ?? 'Request'}
        tabTitle="Request"
        crumbs={[{ label: 'Requests', link: { to: '/a/$app/requests', params: { app } } }]}
        state={data && <StatusPill status={data.status} />}
        facts={data && [`${data.method} ${data.path}`, listener, `from ${data.ip}`].filter((one) => one !== undefined).join(', ')}
        line
      />
      <Inspector
        key={id}
        app={app}
        id={id}
        part={search.part ?? 'body'}
        look={search.view ?? 'pretty'}
        onOpen={(next) => void navigate({ to: '/a/$app/requests/$request', params: { app, request: next } })}
        onChange={(change) => void navigate({ search: chosen({ ...search, ...change }), replace: true })}
      />
    </>
  )
}
