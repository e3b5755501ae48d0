/**
 * Addresses between the pages themselves, relative to the origin that the browser used. What the API hands out
 * (`session.url`, `hosted_invoice_url`, …) is in billing/page-urls.ts and must name the same paths.
 */
export const paths = {
  index: '/',
  stylesheet: '/assets/pages.css',
  script: '/assets/pages.js',
  checkout: (sessionId: string) => `/c/pay/${sessionId}`,
  promotionCode: (sessionId: string, action: 'apply' | 'remove') =>
    `/c/pay/${sessionId}/promotion-code/${action}`,
  authentication: (authenticationId: string) => `/3ds/${authenticationId}`,
  portal: (portalSessionId: string) => `/p/session/${portalSessionId}`,
  portalLogin: (token: string) => `/p/login/${token}`,
  portalCancel: (portalSessionId: string, subscriptionId: string) =>
    `/p/session/${portalSessionId}/subscriptions/${subscriptionId}/cancel`,
  portalUpdate: (portalSessionId: string, subscriptionId: string) =>
    `/p/session/${portalSessionId}/subscriptions/${subscriptionId}/update`,
  portalConfirm: (portalSessionId: string, subscriptionId: string) =>
    `/p/session/${portalSessionId}/subscriptions/${subscriptionId}/update/confirm`,
  portalKeep: (portalSessionId: string, subscriptionId: string) =>
    `/p/session/${portalSessionId}/subscriptions/${subscriptionId}/keep`,
  portalPause: (portalSessionId: string, subscriptionId: string) =>
    `/p/session/${portalSessionId}/subscriptions/${subscriptionId}/pause`,
  portalResume: (portalSessionId: string, subscriptionId: string) =>
    `/p/session/${portalSessionId}/subscriptions/${subscriptionId}/resume`,
  portalRelogin: (portalSessionId: string) => `/p/session/${portalSessionId}/login`,
  portalRenew: (portalSessionId: string, subscriptionId: string) =>
    `/p/session/${portalSessionId}/subscriptions/${subscriptionId}/renew`,
  portalDetails: (portalSessionId: string) => `/p/session/${portalSessionId}/details`,
  portalTaxIds: (portalSessionId: string) => `/p/session/${portalSessionId}/tax-ids`,
  portalTaxId: (portalSessionId: string, taxId: string) =>
    `/p/session/${portalSessionId}/tax-ids/${taxId}/remove`,
  portalCards: (portalSessionId: string) => `/p/session/${portalSessionId}/payment-methods`,
  portalCard: (portalSessionId: string, paymentMethodId: string, action: 'default' | 'remove') =>
    `/p/session/${portalSessionId}/payment-methods/${paymentMethodId}/${action}`,
  invoice: (invoiceId: string) => `/i/${invoiceId}`,
  invoicePdf: (invoiceId: string) => `/i/${invoiceId}/pdf`,
  creditNotePdf: (creditNoteId: string) => `/credit-notes/${creditNoteId}/pdf`,
  receipt: (chargeId: string) => `/receipts/${chargeId}`,
  receiptPdf: (chargeId: string) => `/receipts/${chargeId}/pdf`,
} as const
