import { PageHead } from '../../ui/page.tsx'

export function RequestsPage() {
  return <PageHead title="Requests" />
}
