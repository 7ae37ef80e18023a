// A lock for the scripts of one checkout, so that two set-ups at the same time do not build the same files.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { step } from './log.mjs'

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function take(folder) {
  try {
    mkdirSync(folder)
    writeFileSync(join(folder, 'pid'), String(process.pid))
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}

/** The id of the process that holds the lock; 0 if that process has not yet written its id. */
function holder(folder) {
  try {
    return Number(readFileSync(join(folder, 'pid'), 'utf8'))
  } catch {
    return 0
  }
}

/** Runs `body` with the lock held. Waits while another live process holds the lock; takes the lock of a dead process. */
export async function withLock(folder, body) {
  mkdirSync(dirname(folder), { recursive: true })
  let waits = 0
  while (!take(folder)) {
    const pid = holder(folder)
    // If there is no id after a second, the process was killed after it made the folder and before it wrote its id.
    if (pid ? !isAlive(pid) : waits > 4) {
      rmSync(folder, { recursive: true, force: true })
      continue
    }
    if (waits++ === 1) step(`waiting for another set-up of this checkout (process ${pid})`)
    await sleep(250)
  }
  const release = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', release)
  try {
    return await body()
  } finally {
    process.off('exit', release)
    release()
  }
}
