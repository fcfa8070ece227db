import { PageHead } from '../../ui/page.tsx'

export function FlowVersionsPage() {
  return <PageHead title="FlowVersions" />
}
