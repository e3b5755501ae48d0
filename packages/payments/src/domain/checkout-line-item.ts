/** One line of a Checkout session, as the mirror keeps it. */
export interface CheckoutLineItem {
  price_id: string | null
  product_id: string | null
  description: string | null
  quantity: number | null
  amount_total_minor: number
  currency: string
}
