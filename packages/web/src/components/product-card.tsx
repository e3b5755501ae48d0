import { useRef } from 'react'
import { type Product, startOneTimeCheckout } from '../api/endpoints.ts'
import { ApiError } from '../api/request.ts'
import { formatMoney } from '../money.ts'
import { navigate } from '../router.tsx'
import { accessToken } from '../session.ts'
import { useAction } from '../use-action.ts'
import { BusyButton } from './busy-button.tsx'
import { Problem } from './problem.tsx'

export function ProductCard({ product }: { product: Product }) {
  const headingId = `product-${product.id}`
  return (
    <li className="card product" aria-labelledby={headingId}>
      <div>
        <h3 id={headingId}>{product.name}</h3>
        {product.description === null ? null : <p className="muted">{product.description}</p>}
      </div>
      {product.prices.map((price) =>
        price.unit_amount === null ? null : (
          <Buy
            key={price.id}
            product={product}
            priceId={price.id}
            amount={formatMoney(price.unit_amount, price.currency)}
          />
        ),
      )}
    </li>
  )
}

function Buy({ product, priceId, amount }: { product: Product; priceId: string; amount: string }) {
  // One key per purchase: when the answer got lost on its way, the next click asks for the same Checkout, not a second one.
  const purchaseKey = useRef<string | null>(null)
  const checkout = useAction(async () => {
    if (accessToken() === null) {
      navigate('/login?next=/')
      return undefined
    }
    purchaseKey.current ??= newKey()
    try {
      const goTo = await startOneTimeCheckout(priceId, product.id, purchaseKey.current)
      purchaseKey.current = null
      return { goTo }
    } catch (error) {
      if (!(error instanceof ApiError && error.isPassing)) purchaseKey.current = null
      throw error
    }
  })
  return (
    <div className="buy">
      <span className="amount">{amount}</span>
      <BusyButton
        kind="primary"
        isBusy={checkout.isRunning}
        busyLabel="Opening checkout…"
        label={`Buy ${product.name} for ${amount}`}
        onClick={() => checkout.run()}
      >
        Buy
      </BusyButton>
      {checkout.error === null ? null : <Problem error={checkout.error} />}
    </div>
  )
}

/** crypto.randomUUID is missing on a plain-HTTP address of the local network (a phone looking at the shop). */
function newKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}
