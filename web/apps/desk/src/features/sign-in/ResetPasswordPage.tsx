import { useText } from "@frontdesk/ui/react/language";
import { useServer } from "@frontdesk/ui/react/server";
import { Alert, Button, Form, Result } from "antd";
import { useEffect, useState } from "react";
import { Link } from "react-router";

import { NewPasswordFields } from "./NewPasswordFields";
import { SignInFrame } from "./SignInFrame";
import { signInMessages } from "./sign-in-messages";
import { useFormCall } from "./use-form-call";

interface NewPassword {
  new_password: string;
  repeated: string;
}

/** Sets a new password by a mailed link. The token stands behind `#`, which no server and no log sees (T1203). */
export function ResetPasswordPage() {
  const t = useText(signInMessages);
  const server = useServer();
  const [token] = useState(() => new URLSearchParams(window.location.hash.slice(1)).get("token"));
  const [isDone, setDone] = useState(false);
  const [form] = Form.useForm<NewPassword>();
  const call = useFormCall(form, async ({ new_password }) => {
    await server.POST("/api/v1/password/reset", { body: { token: token ?? "", new_password } });
    setDone(true);
  });

  // Nor does the browser's history keep it.
  useEffect(() => window.history.replaceState(window.history.state, "", window.location.pathname), []);

  if (token === null || token === "") {
    return (
      <SignInFrame title={t("resetTitle")}>
        <Result
          status="warning"
          title={t("linkBrokenTitle")}
          subTitle={t("linkBrokenText")}
          extra={<Link to="/forgot-password">{t("askAgain")}</Link>}
        />
      </SignInFrame>
    );
  }
  if (isDone) {
    return (
      <SignInFrame title={t("resetTitle")}>
        <Result
          status="success"
          title={t("resetDoneTitle")}
          subTitle={t("resetDoneText")}
          extra={<Link to="/sign-in">{t("backToSignIn")}</Link>}
        />
      </SignInFrame>
    );
  }
  return (
    <SignInFrame title={t("resetTitle")}>
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
        <NewPasswordFields />
        <Button type="primary" htmlType="submit" block loading={call.isRunning}>
          {t("savePassword")}
        </Button>
      </Form>
      <div className="sign-in-links">
        <Link to="/forgot-password">{t("askAgain")}</Link>
      </div>
    </SignInFrame>
  );
}
