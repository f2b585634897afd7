/** A sentence for every problem code of the API. A code without words in both languages is a type error. */
import type { components } from "@frontdesk/api-client/schema";
import { type Language } from "./language";
import { fill } from "./messages";

/** Every reason the API gives. */
export type ProblemCode = components["schemas"]["ProblemCode"];

/** Reasons that no server answered. */
export type LocalProblemCode = "offline" | "timeout";

type Sentences = Readonly<Record<ProblemCode | LocalProblemCode, string>>;

const PROBLEMS: Readonly<Record<Language, Sentences>> = {
  "zh-CN": {
    invalid_request: "填写的内容有误，请检查后重试。",
    too_large: "内容太大，无法提交。",
    too_slow: "网络太慢，内容没有及时送达，请重试。",
    unsupported_media_type: "不支持这种内容格式。",
    method_not_allowed: "不支持这项操作。",
    not_found: "内容不存在，或者您无权查看。",
    not_signed_in: "登录已失效，请重新登录。",
    signed_in_elsewhere: "您的账号已在别处登录。",
    forbidden: "您没有这项操作的权限。",
    password_change_required: "请先修改初始密码。",
    wrong_credentials: "邮箱或密码不正确，或者账号已停用。",
    wrong_password: "当前密码不正确。",
    weak_password: "新密码太简单，请换一个更长、更难猜的。",
    reset_link_invalid: "链接已使用或已过期，请重新申请。",
    cross_site_refused: "请求不是从本系统页面发出的，请刷新页面后重试。",
    key_reused: "这次提交与之前的不一致，请重新操作。",
    stale: "内容刚被别人修改过，请刷新后重试。",
    session_ended: "会话已结束。",
    not_your_session: "会话由其他座席接待。",
    session_not_ended: "会话还没有结束。",
    rating_not_allowed: "当前评价设置不允许这样发起评价。",
    rating_no_agent: "还没有座席接待，暂时无法评价。",
    rating_already_asked: "已有一个尚未完成的评价邀请。",
    rating_not_open: "评价未开始或已过期。",
    already_rated: "该会话已评价过。",
    has_open_sessions: "还有进行中的会话，暂时无法执行。",
    in_use: "仍在使用中，无法删除。",
    last_admin: "至少要保留一位管理员。",
    not_yourself: "不能对自己执行此操作。",
    name_taken: "名称已被使用。",
    email_taken: "邮箱已被使用。",
    staff_no_taken: "工号已被使用。",
    key_taken: "渠道标识已被使用。",
    too_many: "已达到数量上限。",
    draft_changed: "草稿已被其他人修改。",
    flow_invalid: "会话服务流有错误，请检查。",
    flow_unreadable: "这不是会话服务流文件，或其格式版本不受支持。",
    message_empty: "消息不能为空。",
    message_too_long: "消息过长，请分几次发送。",
    message_unstorable: "消息中有无法保存的字符。",
    attachment_unknown: "文件没有上传成功，请重新选择。",
    file_empty: "文件是空的。",
    file_too_large: "文件超过了允许的大小。",
    image_too_large: "图片尺寸过大。",
    rate_limited: "操作太频繁，请稍后再试。",
    identity_required: "请从网站登录后再打开会话。",
    identity_invalid: "身份信息无效或已过期，请从网站重新打开。",
    website_unknown: "这个网站不能显示该渠道的聊天窗口。请在渠道里添加网站地址。",
    busy: "系统繁忙，请稍后再试。",
    storage_full: "服务器存储空间不足，暂时无法保存。",
    unavailable: "服务暂时不可用，请稍后再试。",
    internal: "服务出错了，请稍后再试。",
    offline: "连接不上服务器，请检查网络。",
    timeout: "服务器没有及时响应，请重试。",
  },
  en: {
    invalid_request: "Something in the form is not right. Check it and try again.",
    too_large: "This is too large to be sent.",
    too_slow: "The network was too slow for this; please try again.",
    unsupported_media_type: "This kind of content is not supported.",
    method_not_allowed: "This cannot be done here.",
    not_found: "It does not exist, or you may not see it.",
    not_signed_in: "Your sign-in is over. Please sign in again.",
    signed_in_elsewhere: "Your account signed in at another place.",
    forbidden: "You do not have the right to do this.",
    password_change_required: "Please change your first password.",
    wrong_credentials: "E-mail or password is wrong, or the account is switched off.",
    wrong_password: "The current password is wrong.",
    weak_password: "The new password is too easy to guess. Choose a longer one.",
    reset_link_invalid: "The link was used already or is too old. Ask for a new one.",
    cross_site_refused: "The call did not come from this desk's own page. Reload and try again.",
    key_reused: "This differs from what was sent before. Please do it again.",
    stale: "Somebody else has just changed this. Reload and try again.",
    session_ended: "The session is over.",
    not_your_session: "Another agent serves this session.",
    session_not_ended: "The session is still open.",
    rating_not_allowed: "The rating config does not allow this.",
    rating_no_agent: "No agent has served this session, so there is nothing to rate.",
    rating_already_asked: "A rating was asked for already and is still open.",
    rating_not_open: "No rating is open, or it has expired.",
    already_rated: "This session is rated already.",
    has_open_sessions: "There are still open sessions.",
    in_use: "It is still in use and cannot be deleted.",
    last_admin: "The last administrator must stay.",
    not_yourself: "You cannot do this to yourself.",
    name_taken: "This name is taken.",
    email_taken: "This e-mail address is taken.",
    staff_no_taken: "This staff number is taken.",
    key_taken: "This channel key is taken.",
    too_many: "There are as many as there may be.",
    draft_changed: "Somebody else has changed the draft.",
    flow_invalid: "The session service flow has faults.",
    flow_unreadable: "This is no session service flow, or its format is a later one.",
    message_empty: "The message is empty.",
    message_too_long: "The message is too long. Send it in parts.",
    message_unstorable: "The message holds a character that cannot be stored.",
    attachment_unknown: "The upload did not arrive. Choose the file again.",
    file_empty: "The file is empty.",
    file_too_large: "The file is larger than allowed.",
    image_too_large: "The picture has too many pixels.",
    rate_limited: "Too much at once. Try again in a moment.",
    identity_required: "Please sign in on the website and open the chat from there.",
    identity_invalid: "Your identity could not be confirmed. Open the chat again from the website.",
    website_unknown: "This website may not show the chat. Add its address to the channel.",
    busy: "The server is busy. Try again in a moment.",
    storage_full: "The server has run out of space and cannot save this now.",
    unavailable: "The service is not available right now. Try again in a moment.",
    internal: "Something went wrong on our side. Try again in a moment.",
    offline: "The server cannot be reached. Check your network.",
    timeout: "The server did not answer in time. Try again.",
  },
};

const WITH_REQUEST: Readonly<Record<Language, string>> = {
  "zh-CN": "{sentence}（编号 {request_id}）",
  en: "{sentence} (reference {request_id})",
};

/** What people need to know of a problem. */
export interface ProblemLike {
  readonly code: ProblemCode | LocalProblemCode;
  /** The server's own sentence, for a code that is newer than this page. */
  readonly message?: string;
  readonly request_id?: string;
}

/** The sentence for a problem; faults of ours carry the number by which the log finds them. */
export function problemSentence(problem: ProblemLike, language: Language): string {
  const sentences: Readonly<Record<string, string>> = PROBLEMS[language];
  const sentence = sentences[problem.code] ?? problem.message ?? PROBLEMS[language].internal;
  if (problem.code !== "internal" || problem.request_id === undefined) return sentence;
  return fill(WITH_REQUEST[language], { sentence, request_id: problem.request_id });
}
