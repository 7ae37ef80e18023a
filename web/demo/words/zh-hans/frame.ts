/** The texts around every page: its head and foot, the settings, and the page for frames. */
import { byHand } from '../by-hand.js'
import type { SiteWords } from '../en/index.js'

export const frame: SiteWords['frame'] = {
  skip: '跳到主要控件',
  again: '重试',
  pages: '各个网页',
  choose: '选择模型文件…',
  orDrop: (files) => `${byHand('或把模型文件夹拖到网页上。', '')}${files}网页不上传任何内容。`,
  gallery: '所有视图的所有状态（英文）',
  licences: '许可与致谢',
  model: (name) => `模型：${name}`,
  cost: (files, memory, elapsedMs) => `模型：文件 ${files}，占内存 ${memory}，加载用时 ${elapsedMs} 毫秒。`,
  newer: '本站有新版本可用。',
  takeNewer: '立即更新',
  takingNewer: '正在更新…'
}

export const embed: SiteWords['embed'] = {
  noElement: (name) => `没有名为“${name}”的元素。请检查网址中的名称。`,
  noModel: (name) => `本站没有名为“${name}”的模型。请检查网址中的名称。`,
  noTrace: (name) => `本站没有名为“${name}”的运行记录。请检查网址中的名称。`
}

export const settings: SiteWords['settings'] = {
  label: '设置',
  theme: { label: '主题', options: { system: '跟随系统', light: '浅色', dark: '深色' } },
  scale: { label: '色标', options: { linear: '线性', log: '对数' } },
  dtype: { label: '权重格式', options: { auto: '与文件相同', f32: 'float32', f16: 'float16', int8: '8 位' } },
  threads: { label: '线程数' },
  about: '设置保存在这个浏览器里。多线程需要服务器隔离网页；小模型只会略微变快。'
}
