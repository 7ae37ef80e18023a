// Sets the height of each Attenscope frame to the height of its content.
const HEIGHT = 'attenscope-height'
const HIGHEST = 10_000

const frames = [...document.querySelectorAll('iframe[data-attenscope]')]

addEventListener('message', ({ source, origin, data }) => {
  // Any page may send a message: accept only messages from our own frames that still show the origin in their src.
  const frame = frames.find((each) => each.contentWindow === source && new URL(each.src).origin === origin)
  if (!frame || data?.type !== HEIGHT || !(data.height > 0 && data.height <= HIGHEST)) return
  frame.style.height = `${Math.ceil(data.height)}px`
})

// A frame that loaded before this script must send its height again. The request has no secrets, so any origin may get it. A frame
// that is still loading sends its height by itself.
for (const { contentWindow } of frames) contentWindow.postMessage({ type: HEIGHT }, '*')
