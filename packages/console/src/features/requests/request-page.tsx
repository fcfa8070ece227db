import { PageHead } from '../../ui/page.tsx'

export function RequestPage() {
  return <PageHead title="Request" />
}
