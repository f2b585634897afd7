/** What React Flow says to screen readers. */
import type { Language } from "@frontdesk/ui/i18n/language";
import type { AriaLabelConfig } from "@xyflow/react";

export const canvasWords: Readonly<Record<Language, Partial<AriaLabelConfig>>> = {
  "zh-CN": {
    "node.a11yDescription.default": "按 Enter 或空格选中节点，按 Delete 删除，按 Esc 取消。",
    "node.a11yDescription.keyboardDisabled": "按 Enter 或空格选中节点，然后用方向键移动；按 Delete 删除，按 Esc 取消。",
    "node.a11yDescription.ariaLiveMessage": ({ direction, x, y }) =>
      `节点已移动（${direction}），新位置 x ${x}，y ${y}`,
    "edge.a11yDescription.default": "按 Enter 或空格选中连线，按 Delete 删除，按 Esc 取消。",
    "controls.ariaLabel": "视图",
    "controls.zoomIn.ariaLabel": "放大",
    "controls.zoomOut.ariaLabel": "缩小",
    "controls.fitView.ariaLabel": "显示全部",
    "minimap.ariaLabel": "缩略图",
    "handle.ariaLabel": "连接点",
  },
  en: {
    "controls.ariaLabel": "View",
    "controls.zoomIn.ariaLabel": "Zoom in",
    "controls.zoomOut.ariaLabel": "Zoom out",
    "controls.fitView.ariaLabel": "Show everything",
    "minimap.ariaLabel": "Overview",
    "handle.ariaLabel": "Connection point",
  },
};
