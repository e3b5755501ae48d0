// Comfort on top of pages that work without it: keeps what is shown up to date, sends a filter as soon as it is chosen, copies
// JSON, and moves through a list with the arrow keys.

const everyMs = 1000
let tag = null
let isPaused = false

setInterval(refresh, everyMs)

/** Asks for this page again; the server answers 304 as long as nothing happened. */
async function refresh() {
  if (isPaused || document.hidden) return
  try {
    const answer = await fetch(location.href, tag ? { headers: { 'If-None-Match': tag } } : {})
    show('live')
    if (!answer.ok) return
    tag = answer.headers.get('ETag')
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    for (const region of document.querySelectorAll('[data-live]'))
      update(region, fresh.getElementById(region.id))
  } catch {
    // The sandbox has ended or is being restarted: the page stays as it was, says so, and asks again.
    show('lost')
  }
}

/** Exchanges a region for its new self, unless somebody is in the middle of something there. */
function update(region, fresh) {
  if (!fresh || fresh.innerHTML === plain(region)) return
  const selection = getSelection()
  if (selection?.type === 'Range' && region.contains(selection.anchorNode)) return
  const focused = region.contains(document.activeElement) ? document.activeElement.id : ''
  const open = [...region.querySelectorAll('details[open]')].map((each) =>
    [...region.querySelectorAll('details')].indexOf(each),
  )
  const { scrollTop } = region
  region.replaceChildren(...fresh.childNodes)
  for (const index of open) region.querySelectorAll('details')[index]?.setAttribute('open', '')
  region.scrollTop = scrollTop
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })
  offerCopies(region)
}

/** The markup as the server sent it, without what this script changed. */
function plain(region) {
  const copy = region.cloneNode(true)
  for (const each of copy.querySelectorAll('details[open]')) each.removeAttribute('open')
  for (const each of copy.querySelectorAll('[data-copy]')) {
    each.hidden = true
    each.textContent = 'Copy'
  }
  return copy.innerHTML
}

const live = document.querySelector('[data-live-switch]')
live.hidden = false
live.addEventListener('click', () => {
  isPaused = !isPaused
  show(isPaused ? 'paused' : 'live')
  refresh()
})
show('live')

/** What the switch says: text and colour for the eye, and what pressing it does for who hears it. */
function show(state) {
  if (live.dataset.state === state) return
  live.dataset.state = state
  live.textContent = { live: 'Live', paused: 'Paused', lost: 'Not reachable' }[state]
  live.setAttribute(
    'aria-label',
    `${live.textContent}: ${isPaused ? 'keep the page up to date' : 'leave the page as it is'}`,
  )
}

for (const form of document.querySelectorAll('[data-filters]')) {
  form.querySelector('[data-send]').hidden = true
  form.addEventListener('change', (event) => event.target.matches('select') && form.requestSubmit())
  // Empty fields stay out of the address.
  form.addEventListener('formdata', ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === '') formData.delete(name)
  })
}

offerCopies(document)

function offerCopies(root) {
  for (const button of root.querySelectorAll('[data-copy]')) {
    button.hidden = !navigator.clipboard
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).innerText.trim())
      button.textContent = 'Copied'
    })
  }
}

addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches('input, select, textarea'))
    return
  if (event.key === '/') {
    const field = document.querySelector('[data-search]')
    if (field) event.preventDefault()
    field?.focus()
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!step || !event.target.matches('.row')) return
  const rows = [...document.querySelectorAll('.row')]
  const next = rows[rows.indexOf(event.target) + step]
  if (next) event.preventDefault()
  next?.focus()
})

document.querySelector('.list [aria-current]')?.scrollIntoView({ block: 'nearest' })
