import { PageHead } from '../../ui/page.tsx'

export function FlowsPage() {
  return <PageHead title="Flows" />
}
