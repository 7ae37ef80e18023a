import { Component, CUSTOM_ELEMENTS_SCHEMA, signal } from '@angular/core'
import { bootstrapApplication } from '@angular/platform-browser'
import { loadModel } from 'attenscope'
import 'attenscope/elements'

@Component({
  selector: 'app-attention',
  // Angular accepts tags that contain a hyphen as custom elements.
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <attn-heads model="models/stories/" [text]="text" [layer]="1" [head]="4"></attn-heads>
    <p>
      The last word looks back most at: <output>{{ word() }}</output>
    </p>
  `
})
class Attention {
  readonly text = 'The cat sat down because it was tired.'
  readonly word = signal('')

  constructor() {
    void this.run()
  }

  private async run() {
    const model = await loadModel('models/stories/')
    const { tokens, trace } = await model.run(this.text, { capture: ['pattern'] })
    const { data, shape } = trace.pattern(1, 4) // layer 1, head 4: one row per query, one column per key
    const last = data.subarray((shape[0]! - 1) * shape[1]!)
    this.word.set(tokens[last.indexOf(Math.max(...last))]!.text)
    await model.dispose()
  }
}

void bootstrapApplication(Attention)
