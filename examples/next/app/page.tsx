export default function Page() {
  return (
    <main>
      <h1>Billhook in a Next.js app</h1>
      <p>
        The payments API answers under <code>/payments</code>.
      </p>
    </main>
  )
}
