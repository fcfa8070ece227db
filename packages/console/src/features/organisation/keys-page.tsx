import { PageHead } from '../../ui/page.tsx'

export function KeysPage() {
  return <PageHead title="Keys" />
}
