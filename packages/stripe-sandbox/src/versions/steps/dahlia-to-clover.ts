import type { Step } from '../step.ts'

/** 2026-03-25.dahlia renamed the ways in which Checkout is shown. */
export const dahliaToClover: Step = {
  'checkout.session': (session) => ({ ...session, ui_mode: oldUiMode(session.ui_mode) }),
}

function oldUiMode(uiMode: string | null): string | null {
  switch (uiMode) {
    case 'hosted_page':
      return 'hosted'
    case 'embedded_page':
      return 'embedded'
    case 'elements':
      return 'custom'
    default:
      // `form` is newer than the renaming.
      return uiMode
  }
}
