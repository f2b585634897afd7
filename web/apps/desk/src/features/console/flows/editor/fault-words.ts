/** What is wrong with a flow, in words (FLOW-13). */
import { defineMessages } from "@frontdesk/ui/i18n/messages";
import type { Words } from "@frontdesk/ui/react/language";

import type { FlowFault } from "../../shared/wire";

export const faultMessages = defineMessages({
  "zh-CN": {
    unknown_format: "文件格式与本版本不同",
    too_large: "节点或连线太多",
    no_start: "缺少开始节点",
    second_start: "多了一个开始节点",
    leads_to_start: "不能连回开始节点",
    no_end: "缺少结束节点",
    second_end: "多了一个结束节点",
    malformed_id: "节点编号不合规范",
    duplicate_id: "节点编号与别的节点重复",
    unknown_node: "连到了不存在的节点",
    unknown_port: "出口“{port}”不存在",
    open_port: "出口“{port}”还没有连接",
    double_port: "出口“{port}”有两条连线",
    unreachable: "从开始节点走不到这里",
    endless_loop: "处在一个没有等待的循环里",
    acts_while_served: "座席已经接入，不能再提问或调用",
    unknown_skill_group: "技能组不存在",
    unknown_bot: "机器人不存在",
    unknown_secret: "密钥不存在",
    missing: "必须填写",
    text_too_long: "文字太长",
    text_unusable: "含有不能使用的字符",
    out_of_range: "数值超出范围",
    too_many: "数量太多",
    malformed: "格式不对",
    reserved_name: "“{name}”是系统保留的名称",
    duplicate: "“{value}”重复了",
    look_alike: "“{value}”与“{other}”看起来一样",
    overlap: "时间段有重叠",
    undefined_parameter: "参数“{name}”走到这里时可能还没有值",
  },
  en: {
    unknown_format: "The file's format is not this version's",
    too_large: "Too many nodes or connections",
    no_start: "There is no start node",
    second_start: "A second start node",
    leads_to_start: "Nothing may lead back to the start",
    no_end: "There is no end node",
    second_end: "A second end node",
    malformed_id: "The node's id is malformed",
    duplicate_id: "Another node has the same id",
    unknown_node: "Leads to a node that does not exist",
    unknown_port: "There is no port “{port}”",
    open_port: "Nothing is connected to “{port}”",
    double_port: "Two connections at “{port}”",
    unreachable: "Cannot be reached from the start",
    endless_loop: "Part of a loop in which nothing waits",
    acts_while_served: "An agent serves the session here; it cannot ask or call any more",
    unknown_skill_group: "The skill group does not exist",
    unknown_bot: "The bot does not exist",
    unknown_secret: "The secret does not exist",
    missing: "This is required",
    text_too_long: "The text is too long",
    text_unusable: "There are characters that cannot be used",
    out_of_range: "The number is out of range",
    too_many: "There are too many",
    malformed: "This is not written as it must be",
    reserved_name: "“{name}” is a name of the system",
    duplicate: "“{value}” is there twice",
    look_alike: "“{value}” and “{other}” look alike",
    overlap: "The times overlap",
    undefined_parameter: "“{name}” may have no value yet when this is reached",
  },
});

/** A fault as a sentence; `portName` gives a port the name that it has on the canvas. */
export function faultText(
  t: Words<typeof faultMessages>,
  fault: FlowFault,
  portName: (port: string) => string,
): string {
  switch (fault.fault) {
    case "unknown_port":
    case "open_port":
    case "double_port":
      return t(fault.fault, { port: portName(fault.port) });
    case "reserved_name":
    case "undefined_parameter":
      return t(fault.fault, { name: fault.name });
    case "duplicate":
      return t(fault.fault, { value: fault.value });
    case "look_alike":
      return t(fault.fault, { value: fault.value, other: fault.other });
    default:
      return t(fault.fault);
  }
}
