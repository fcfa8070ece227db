import { PageHead } from '../../ui/page.tsx'

export function EndpointPage() {
  return <PageHead title="Endpoint" />
}
