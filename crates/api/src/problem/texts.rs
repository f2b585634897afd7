//! The sentences of refusals, in both languages. A missing one does not compile.

use domain::visitor::Language;

use crate::wire::problem::{FieldProblemCode, ProblemCode};

/// What a person is told.
pub(super) const fn sentence(code: ProblemCode, language: Language) -> &'static str {
    let (zh, en) = both(code);
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// What a person is told about a field.
pub(super) const fn field_sentence(code: FieldProblemCode, language: Language) -> &'static str {
    let (zh, en) = match code {
        FieldProblemCode::Required => ("请填写此项。", "Please fill this in."),
        FieldProblemCode::TooLong => ("内容太长。", "This is too long."),
        FieldProblemCode::OutOfRange => ("超出允许范围。", "This is outside the allowed range."),
        FieldProblemCode::Malformed => ("格式不正确。", "This is not written as it must be."),
        FieldProblemCode::HiddenCharacters => ("包含不可见字符。", "This holds characters that cannot be seen."),
        FieldProblemCode::Reserved => ("该名称为系统保留。", "This name is reserved."),
        FieldProblemCode::Taken => ("已被使用。", "This is taken."),
        FieldProblemCode::Unknown => ("不存在。", "There is no such thing."),
    };
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

const fn both(code: ProblemCode) -> (&'static str, &'static str) {
    match code {
        ProblemCode::InvalidRequest => ("请求内容有误，请检查后重试。", "The request has something wrong in it."),
        ProblemCode::TooLarge => ("请求内容过大。", "The request is too large."),
        ProblemCode::TooSlow => (
            "请求没有及时到达，请重试。",
            "The request did not arrive in time; please try again.",
        ),
        ProblemCode::UnsupportedMediaType => (
            "不支持这种内容类型。",
            "This address does not take that type of content.",
        ),
        ProblemCode::MethodNotAllowed => ("该地址不支持此操作。", "This address does not do that."),
        ProblemCode::NotFound => ("没有找到所需内容。", "There is no such thing here."),
        ProblemCode::NotSignedIn => ("请先登录。", "Please sign in."),
        ProblemCode::SignedInElsewhere => (
            "您的账号已在其他地方登录。",
            "Your account has signed in at another place.",
        ),
        ProblemCode::Forbidden => ("您没有此操作的权限。", "You do not have the right to do this."),
        ProblemCode::PasswordChangeRequired => ("请先修改初始密码。", "Please change your first password."),
        ProblemCode::WrongCredentials => ("账号或密码不正确。", "The e-mail or the password is wrong."),
        ProblemCode::WrongPassword => ("当前密码不正确。", "The current password is wrong."),
        ProblemCode::WeakPassword => (
            "新密码强度不足，请使用更长或更复杂的密码。",
            "The new password is too weak; make it longer or less simple.",
        ),
        ProblemCode::ResetLinkInvalid => (
            "链接无效或已过期，请重新申请。",
            "The link is used up or too old; ask for a new one.",
        ),
        ProblemCode::CrossSiteRefused => (
            "请求来源不受信任，请刷新页面后重试。",
            "The call did not come from this page; reload and try again.",
        ),
        ProblemCode::KeyReused => ("该请求编号已用于其他内容。", "This key was used for something else."),
        ProblemCode::Stale => (
            "内容刚被他人修改，请刷新后重试。",
            "Somebody else changed this just now; look again.",
        ),
        ProblemCode::SessionEnded => ("会话已结束。", "The session has ended."),
        ProblemCode::NotYourSession => ("该会话由其他客服接待。", "Another agent serves this session."),
        ProblemCode::SessionNotEnded => ("会话尚未结束。", "The session has not ended yet."),
        ProblemCode::RatingNotAllowed => ("当前评价设置不允许此操作。", "The rating config does not allow this."),
        ProblemCode::RatingNoAgent => (
            "还没有客服接待，暂时无法评价。",
            "No agent serves the session, so there is nothing to rate yet.",
        ),
        ProblemCode::RatingAlreadyAsked => (
            "已有一个尚未完成的评价邀请。",
            "A rating was asked for already and is still open.",
        ),
        ProblemCode::RatingNotOpen => ("评价未开始或已过期。", "No rating is open, or it has expired."),
        ProblemCode::AlreadyRated => ("该会话已评价过。", "The session is rated already."),
        ProblemCode::HasOpenSessions => (
            "仍有进行中的会话，请先处理。",
            "There are open sessions; deal with them first.",
        ),
        ProblemCode::InUse => ("正在被使用，无法删除。", "Something still uses this."),
        ProblemCode::LastAdmin => ("必须保留至少一位管理员。", "The last administrator must stay."),
        ProblemCode::NotYourself => ("不能对自己执行此操作。", "You cannot do this to yourself."),
        ProblemCode::NameTaken => ("该名称已被使用。", "This name is taken."),
        ProblemCode::EmailTaken => ("该邮箱已被使用。", "This e-mail is taken."),
        ProblemCode::StaffNoTaken => ("该工号已被使用。", "This staff number is taken."),
        ProblemCode::KeyTaken => ("该渠道标识已被使用。", "This channel key is taken."),
        ProblemCode::TooMany => ("数量已达上限。", "There are as many as there may be."),
        ProblemCode::DraftChanged => ("草稿已被其他人修改。", "Somebody else has changed the draft."),
        ProblemCode::FlowUnreadable => (
            "这不是会话服务流文件，或其格式版本不受支持。",
            "This is no flow, or its format is a later one.",
        ),
        ProblemCode::FlowInvalid => ("会话服务流存在错误，请检查。", "The flow has faults."),
        ProblemCode::MessageEmpty => ("消息不能为空。", "The message is empty."),
        ProblemCode::MessageTooLong => (
            "消息太长，最多 4000 个字符。",
            "The message is longer than 4,000 characters.",
        ),
        ProblemCode::MessageUnstorable => (
            "消息包含无法保存的字符。",
            "The message holds a character that cannot be stored.",
        ),
        ProblemCode::AttachmentUnknown => (
            "文件不存在或已发送，请重新上传。",
            "There is no such upload any more; upload it again.",
        ),
        ProblemCode::FileEmpty => ("文件是空的。", "The file is empty."),
        ProblemCode::FileTooLarge => ("文件太大。", "The file is too large."),
        ProblemCode::ImageTooLarge => ("图片尺寸过大。", "The picture has too many pixels."),
        ProblemCode::RateLimited => (
            "操作太频繁，请稍后再试。",
            "Too much in too short a time; wait a little.",
        ),
        ProblemCode::IdentityRequired => ("请从网站登录后再发起咨询。", "Please sign in on the website first."),
        ProblemCode::IdentityInvalid => (
            "身份校验失败，请刷新网站页面。",
            "Your identity could not be checked; reload the website.",
        ),
        ProblemCode::WebsiteUnknown => (
            "这个网站不能显示该渠道的聊天窗口。请在管理端的渠道里添加网站地址。",
            "This website may not show the chat. Add its address to the channel in the console.",
        ),
        ProblemCode::Busy => ("系统繁忙，请稍后再试。", "The server is busy; try again soon."),
        ProblemCode::StorageFull => (
            "服务器存储空间已满，请联系管理员。",
            "The server's disk is full; tell its operator.",
        ),
        ProblemCode::Unavailable => (
            "服务暂时不可用，请稍后再试。",
            "The service is not available right now.",
        ),
        ProblemCode::Internal => ("系统出错了，请稍后再试。", "Something went wrong on our side."),
    }
}
