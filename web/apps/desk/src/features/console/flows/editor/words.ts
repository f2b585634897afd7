/** Words for the kinds of nodes and their ports, and for the parameters that texts may hold. */
import { defineMessages } from "@frontdesk/ui/i18n/messages";

export const kindMessages = defineMessages({
  "zh-CN": {
    start: "开始",
    service_time: "服务时间",
    send_message: "发送消息",
    branch: "分支选择",
    transfer_to_human: "转人工",
    collect_information: "信息收集",
    call_api: "接口调用",
    condition: "条件判断",
    robot: "机器人",
    end: "结束",
  },
  en: {
    start: "Start",
    service_time: "Service hours",
    send_message: "Send message",
    branch: "Branch",
    transfer_to_human: "Transfer to human",
    collect_information: "Collect information",
    call_api: "API call",
    condition: "Condition",
    robot: "Robot",
    end: "End",
  },
});

export const portMessages = defineMessages({
  "zh-CN": {
    next: "下一步",
    within: "服务时间内",
    outside: "服务时间外",
    accepted: "已接入",
    timed_out: "排队超时",
    unavailable: "无人可接",
    default: "其他情况",
    to_human: "要求转人工",
    unresolved: "未解决",
    solved: "已解决",
  },
  en: {
    next: "Next",
    within: "In hours",
    outside: "Otherwise",
    accepted: "Accepted",
    timed_out: "Waited too long",
    unavailable: "Nobody available",
    default: "Otherwise",
    to_human: "Asks for a person",
    unresolved: "Not resolved",
    solved: "Solved",
  },
});

/** The system's parameters (FLOW-03). */
export const SYSTEM_PARAMETERS = [
  "WaitNo",
  "StaffNo",
  "StaffNickName",
  "ClientAppID",
  "ClientAppName",
  "SystemClientUserID",
  "SystemSessionId",
] as const;

export const parameterMessages = defineMessages({
  "zh-CN": {
    WaitNo: "前面排队人数",
    StaffNo: "座席工号",
    StaffNickName: "座席昵称",
    ClientAppID: "渠道编号",
    ClientAppName: "渠道名称",
    SystemClientUserID: "访客编号",
    SystemSessionId: "会话编号",
  },
  en: {
    WaitNo: "people ahead in the queue",
    StaffNo: "agent's staff number",
    StaffNickName: "agent's nickname",
    ClientAppID: "channel id",
    ClientAppName: "channel name",
    SystemClientUserID: "visitor's user id",
    SystemSessionId: "session id",
  },
});
