import { Attention } from './attention'

export default function Page() {
  return (
    <main>
      <h1>Attention</h1>
      <Attention text="The cat sat down because it was tired." />
    </main>
  )
}
