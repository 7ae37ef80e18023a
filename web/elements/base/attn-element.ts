/** The base class of the elements: it speaks the page's language and is drawn when the scheduler says so. */
import { LitElement } from 'lit'
import { scheduler } from '../pacing/scheduler.js'
import { speakers, wordsComing } from '../words/language.js'

export abstract class AttnElement extends LitElement {
  /** True if the element and the elements inside it are first drawn together; else each is drawn in its turn. */
  protected readonly comesWhole: boolean = true

  override connectedCallback(): void {
    super.connectedCallback()
    speakers.add(this)
  }

  override disconnectedCallback(): void {
    speakers.delete(this)
    super.disconnectedCallback()
  }

  /** Waits for the words of the page's language: no text is shown in one language and a moment later in another. */
  protected override scheduleUpdate(): void | Promise<unknown> {
    const update = () => scheduler.update(() => super.scheduleUpdate(), this.isUrgent())
    return wordsComing()?.then(update) ?? update()
  }

  /** True if the coming update must not wait for others. */
  protected isUrgent(): boolean {
    const root = this.getRootNode()
    const host = root instanceof ShadowRoot ? root.host : undefined
    return !this.hasUpdated && host instanceof AttnElement && host.comesWhole && this.comesWhole
  }
}
