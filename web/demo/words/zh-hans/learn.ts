/** 教程中不属于某一章的文字。 */
import type { SiteWords } from '../en/index.js'

export const learn: SiteWords['learn'] = {
  place: (at, all) => (all === 1 ? `第 ${at} 章` : `第 ${at} 章，共 ${all} 章`),
  read: '已读',
  ways: '各章',
  before: '上一章',
  next: '下一章',
  all: '全部章节',
  intro: '每一章从一个问题和一幅图开始。图中的数字都来自在本页运行的小模型，用的是你自己的文字，不需要服务器。',
  run: '运行',
  running: '正在运行……',
  failed: (error) => `程序出错：${error}`,
  own: '你自己的文字',
  use: '使用'
}
