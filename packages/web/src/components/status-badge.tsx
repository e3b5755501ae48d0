/** Stripe's statuses in a person's words. One that we do not know is shown as Stripe says it. */
const WORDS: Record<string, { words: string; mood: 'good' | 'wait' | 'bad' | 'calm' }> = {
  active: { words: 'Active', mood: 'good' },
  trialing: { words: 'Trial', mood: 'good' },
  ending: { words: 'Ending', mood: 'wait' },
  past_due: { words: 'Payment overdue', mood: 'bad' },
  unpaid: { words: 'Unpaid', mood: 'bad' },
  paused: { words: 'Paused', mood: 'wait' },
  incomplete: { words: 'First payment missing', mood: 'wait' },
  canceled: { words: 'Canceled', mood: 'calm' },
  succeeded: { words: 'Paid', mood: 'good' },
  paid: { words: 'Paid', mood: 'good' },
  open: { words: 'Open', mood: 'wait' },
  void: { words: 'Void', mood: 'calm' },
  uncollectible: { words: 'Not collected', mood: 'bad' },
  pending: { words: 'Pending', mood: 'wait' },
  processing: { words: 'Processing', mood: 'wait' },
  failed: { words: 'Failed', mood: 'bad' },
  credited: { words: 'Credited', mood: 'calm' },
  refunded: { words: 'Refunded', mood: 'calm' },
  requires_action: { words: 'Needs you', mood: 'wait' },
  requires_payment_method: { words: 'Not paid', mood: 'bad' },
  requires_confirmation: { words: 'Not paid', mood: 'wait' },
}

export function StatusBadge({ status }: { status: string }) {
  const { words, mood } = WORDS[status] ?? { words: status.replaceAll('_', ' '), mood: 'calm' }
  return <span className={`badge ${mood}`}>{words}</span>
}
