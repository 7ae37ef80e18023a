/** A cold page that produces its first token with onnxruntime-web. */

import { firstLogits } from '../suite/llama-peer.js'
import { loadPeer } from '../suite/modules.js'
import { report } from './first-token.js'
import { coldConfig, firstId } from './task.js'

report(await firstLogits(await loadPeer(), coldConfig, new URL('cold/peer.onnx', import.meta.url).href, firstId))
