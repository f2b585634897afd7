import { useText } from "@frontdesk/ui/react/language";
import { useServer } from "@frontdesk/ui/react/server";
import { Alert, Button, Form, Input, Result } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import { SignInFrame } from "./SignInFrame";
import { signInMessages } from "./sign-in-messages";
import { useFormCall } from "./use-form-call";

/** Asks for a mail with a link; the answer is the same for every address (T401). */
export function ForgotPasswordPage() {
  const t = useText(signInMessages);
  const server = useServer();
  const [sentTo, setSentTo] = useState<string>();
  const [form] = Form.useForm<{ email: string }>();
  const call = useFormCall(form, async ({ email }) => {
    await server.POST("/api/v1/password/forgot", { body: { email: email.trim() } });
    setSentTo(email.trim());
  });
  const back = <Link to="/sign-in">{t("backToSignIn")}</Link>;
  if (sentTo !== undefined) {
    return (
      <SignInFrame title={t("forgotTitle")}>
        <Result
          status="success"
          title={t("linkSentTitle")}
          subTitle={t("linkSentText", { email: sentTo })}
          extra={back}
        />
      </SignInFrame>
    );
  }
  return (
    <SignInFrame title={t("forgotTitle")} text={t("forgotText")}>
      <Form
        form={form}
        layout="vertical"
        size="large"
        requiredMark={false}
        onFinish={(values) => void call.submit(values)}
      >
        {call.failure !== undefined && (
          <Alert className="sign-in-alert" type="error" showIcon role="alert" title={call.failure} />
        )}
        <Form.Item
          name="email"
          label={t("email")}
          validateTrigger="onBlur"
          rules={[
            { required: true, message: t("required") },
            { pattern: /^\s*[^\s@]+@[^\s@]+\s*$/, message: t("emailMalformed") },
          ]}
        >
          <Input type="email" autoComplete="username" autoFocus maxLength={254} />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={call.isRunning}>
          {t("sendLink")}
        </Button>
      </Form>
      <div className="sign-in-links">{back}</div>
    </SignInFrame>
  );
}
