import { PageHead } from '../../ui/page.tsx'

export function CataloguePage() {
  return <PageHead title="EventTypes" />
}
