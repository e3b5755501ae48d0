import { Page } from '../components/page.tsx'
import { Link } from '../router.tsx'

export function NotFoundPage() {
  return (
    <Page title="Page not found" lead="There is nothing at this address.">
      <Link className="button primary" href="/">
        See plans and products
      </Link>
    </Page>
  )
}
