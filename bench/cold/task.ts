/** The task of both cold pages. The code that writes their files is elsewhere, so that neither page downloads it. */
import { llamaConfig } from '../suite/shapes.js'

/** The config of a model with 8 million parameters. */
export const coldConfig = llamaConfig(4096)

/** The id of the only input token. The first generated token follows from its logits. */
export const firstId = 1
