import { defineMessages } from "../i18n/messages";

/** Words of the form primitives. */
export const formMessages = defineMessages({
  "zh-CN": {
    save: "保存",
    cancel: "取消",
    unsavedTitle: "放弃未保存的修改？",
    unsavedText: "离开后，刚才填写的内容会丢失。",
    discard: "放弃修改",
    keepEditing: "继续编辑",
    required: "此项必填",
    blank: "不能全是空格",
    lengthRange: "请填写 {min} 到 {max} 个字",
    tooLong: "最多 {max} 个字，现在有 {count} 个",
    numberRange: "请填写 {min} 到 {max} 之间的整数",
    hidden: "含有看不见的字符，请删除后重新输入",
    email: "邮箱格式不正确",
    phone: "电话由数字、空格和 - 组成，可以用 + 开头，至少 3 位数字",
    staffNo: "只能用字母、数字、下划线和连字符，最多 32 个",
  },
  en: {
    save: "Save",
    cancel: "Cancel",
    unsavedTitle: "Discard unsaved changes?",
    unsavedText: "What you have filled in will be lost.",
    discard: "Discard",
    keepEditing: "Keep editing",
    required: "Please fill this in",
    blank: "This must not be blank",
    lengthRange: "Use {min} to {max} characters",
    tooLong: "At most {max} characters; there are {count} now",
    numberRange: "A whole number from {min} to {max}",
    hidden: "There are characters that cannot be seen; please type it again",
    email: "This is not an e-mail address",
    phone: "At least 3 digits; spaces, - and one + in front are fine",
    staffNo: "Letters, digits, _ and - only, at most 32",
  },
});
