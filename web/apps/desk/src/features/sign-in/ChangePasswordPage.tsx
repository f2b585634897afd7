import { answerOf } from "@frontdesk/api-client/client";
import { useText } from "@frontdesk/ui/react/language";
import { useServer } from "@frontdesk/ui/react/server";
import { Alert, App, Button, Flex, Form, Input } from "antd";
import { Navigate, useNavigate } from "react-router";

import { Starting } from "../../app/Starting";
import { useSignIn, type Me } from "../../app/sign-in";
import { NewPasswordFields } from "./NewPasswordFields";
import { SignInFrame } from "./SignInFrame";
import { signInMessages } from "./sign-in-messages";
import { useFormCall } from "./use-form-call";

interface Passwords {
  current_password: string;
  new_password: string;
  repeated: string;
}

/** Changes the own password; after a first sign-in nothing else is possible before (ADM-02). */
export function ChangePasswordPage() {
  const { signIn } = useSignIn();
  if (signIn.kind === "asking") return <Starting />;
  if (signIn.kind !== "signed_in") return <Navigate to="/" replace />;
  return <ChangePassword me={signIn.me} />;
}

function ChangePassword({ me }: { me: Me }) {
  const t = useText(signInMessages);
  const server = useServer();
  const navigate = useNavigate();
  const { know, over } = useSignIn();
  const { message } = App.useApp();
  const isFirst = me.must_change_password;
  const [form] = Form.useForm<Passwords>();
  const call = useFormCall(form, async ({ current_password, new_password }) => {
    know(await answerOf(server.POST("/api/v1/password", { body: { current_password, new_password } })));
    void message.success(t("changeDone"));
    await navigate("/", { replace: true });
  });
  const leave = useFormCall(form, async () => {
    await server.POST("/api/v1/sign-out");
    over();
  });
  return (
    <SignInFrame title={t(isFirst ? "firstTitle" : "changeTitle")} {...(isFirst ? { text: t("firstText") } : {})}>
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
        {/* Password managers keep the new password under this name. */}
        <input
          className="visually-hidden"
          type="text"
          autoComplete="username"
          value={me.email}
          readOnly
          tabIndex={-1}
          aria-hidden
        />
        <Form.Item
          name="current_password"
          label={t("currentPassword")}
          rules={[{ required: true, message: t("required") }]}
        >
          <Input.Password autoComplete="current-password" autoFocus maxLength={128} />
        </Form.Item>
        <NewPasswordFields />
        <Button type="primary" htmlType="submit" block loading={call.isRunning}>
          {t("savePassword")}
        </Button>
      </Form>
      <Flex className="sign-in-links">
        {isFirst ? (
          <Button type="link" loading={leave.isRunning} onClick={() => void leave.submit(form.getFieldsValue())}>
            {t("signOut")}
          </Button>
        ) : (
          <Button type="link" onClick={() => void navigate(-1)}>
            {t("cancel")}
          </Button>
        )}
      </Flex>
    </SignInFrame>
  );
}
