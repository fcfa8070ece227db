import { PageHead } from '../../ui/page.tsx'

export function FlowPage() {
  return <PageHead title="Flow" />
}
