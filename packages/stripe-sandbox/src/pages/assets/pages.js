// Comfort on top of pages that work without it: fill in a test card, format what is typed, say what is missing before the
// form is sent, and keep a second click from sending it twice (the server would not pay twice either).

for (const form of document.querySelectorAll('form[data-card-form]')) {
  form.noValidate = true
  const input = (name) => form.elements.namedItem(name)

  for (const button of form.querySelectorAll('[data-fill-card]')) {
    button.hidden = false
    button.addEventListener('click', () => {
      const year = Number(input('expiry').dataset.earliest.slice(2, 4))
      fill(input('number'), button.dataset.fillCard)
      fill(input('expiry'), `12 / ${String((year + 4) % 100).padStart(2, '0')}`)
      fill(input('cvc'), button.dataset.fillCard.startsWith('37') ? '1234' : '123')
      if (!input('name').value) fill(input('name'), 'Sandbox Buyer')
      const email = input('email')
      if (email && !email.value) email.focus()
      else form.querySelector('button[type=submit]').focus()
    })
  }

  input('number')?.addEventListener('input', (event) => {
    const field = event.target
    if (field.selectionStart !== field.value.length) return
    const digits = field.value.replace(/\D/g, '').slice(0, 19)
    field.value =
      digits.startsWith('37') || digits.startsWith('34')
        ? grouped(digits, [4, 6, 5])
        : grouped(digits, [4, 4, 4, 4, 3])
  })

  input('expiry')?.addEventListener('input', (event) => {
    const field = event.target
    if (event.inputType?.startsWith('delete') || field.selectionStart !== field.value.length) return
    let digits = field.value.replace(/\D/g, '').slice(0, 4)
    if (/^[2-9]$/.test(digits)) digits = `0${digits}`
    field.value = digits.length < 2 ? digits : `${digits.slice(0, 2)} / ${digits.slice(2)}`
  })

  form.addEventListener('submit', (event) => {
    const wrong = [...form.querySelectorAll('input[data-incomplete]')].filter((field) => !check(field))
    if (wrong.length === 0) return
    event.preventDefault()
    wrong[0].focus()
  })

  form.addEventListener('input', (event) => {
    if (event.target.getAttribute('aria-invalid')) say(event.target, '')
  })
}

for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return
    if (form.dataset.sent) return event.preventDefault()
    form.dataset.sent = 'yes'
    event.submitter?.classList.add('busy')
  })
}

// A page that the back button brings back from memory can be sent again.
addEventListener('pageshow', (event) => {
  if (!event.persisted) return
  for (const form of document.querySelectorAll('form')) delete form.dataset.sent
  for (const button of document.querySelectorAll('.busy')) button.classList.remove('busy')
})

function fill(field, value) {
  field.value = value
  say(field, '')
}

function check(field) {
  const text = field.value.trim()
  const message = problemOf(field, text)
  say(field, message)
  return message === ''
}

function problemOf(field, text) {
  const { incomplete, invalid, earliest } = field.dataset
  const digits = text.replace(/\D/g, '')
  if (field.name === 'email') return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? '' : incomplete
  if (field.name === 'number') {
    if (digits.length < (/^3[47]/.test(digits) ? 15 : /^3[0689]/.test(digits) ? 14 : 16)) return incomplete
    return passesLuhn(digits) ? '' : invalid
  }
  if (field.name === 'cvc') return /^\d{3,4}$/.test(text) ? '' : incomplete
  if (field.name === 'expiry') {
    const parts = /^(0?[1-9]|1[0-2])\s*\/\s*(?:20)?(\d{2})$/.exec(text)
    if (!parts) return incomplete
    return `20${parts[2]}-${parts[1].padStart(2, '0')}` < earliest ? invalid : ''
  }
  return text === '' ? incomplete : ''
}

function say(field, message) {
  document.getElementById(`${field.id}-error`).textContent = message
  if (message) field.setAttribute('aria-invalid', 'true')
  else field.removeAttribute('aria-invalid')
}

function grouped(digits, sizes) {
  const groups = []
  let start = 0
  for (const size of sizes) {
    if (start < digits.length) groups.push(digits.slice(start, start + size))
    start += size
  }
  return groups.join(' ')
}

function passesLuhn(digits) {
  let sum = 0
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}
