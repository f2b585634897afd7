import { answerOf } from "@frontdesk/api-client/client";
import { useText } from "@frontdesk/ui/react/language";
import { useServer } from "@frontdesk/ui/react/server";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Flex, Form, Input } from "antd";
import { Link, Navigate, useLocation } from "react-router";

import { Starting } from "../../app/Starting";
import { useSignIn } from "../../app/sign-in";
import { SignInFrame } from "./SignInFrame";
import { signInMessages } from "./sign-in-messages";
import { useFormCall } from "./use-form-call";

interface Credentials {
  identifier: string;
  password: string;
}

/** Signing in by e-mail or phone (ADM-16); afterwards one is where one wanted to go. */
export function SignInPage() {
  const t = useText(signInMessages);
  const server = useServer();
  const { signIn, know } = useSignIn();
  const location = useLocation();
  const [form] = Form.useForm<Credentials>();
  const call = useFormCall(form, async ({ identifier, password }) =>
    know(await answerOf(server.POST("/api/v1/sign-in", { body: { identifier: identifier.trim(), password } }))),
  );
  const page = useQuery({
    queryKey: ["sign-in-page"],
    queryFn: () => answerOf(server.GET("/api/v1/sign-in-page")),
    staleTime: Infinity,
  });

  if (signIn.kind === "asking") return <Starting />;
  if (signIn.kind === "signed_in") return <Navigate to={wantedPage(location.state)} replace />;
  const required = [{ required: true, message: t("required") }];
  return (
    <SignInFrame title={t("signInTitle")}>
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
        <Form.Item name="identifier" label={t("identifier")} rules={required}>
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus maxLength={254} />
        </Form.Item>
        <Form.Item name="password" label={t("password")} rules={required}>
          <Input.Password autoComplete="current-password" maxLength={128} />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={call.isRunning}>
          {t("signIn")}
        </Button>
      </Form>
      <Flex className="sign-in-links" justify="space-between" wrap gap="small">
        <Link to="/forgot-password">{t("forgot")}</Link>
        {page.data?.terms_url !== undefined && (
          <a href={page.data.terms_url} target="_blank" rel="noopener noreferrer">
            {t("terms")}
          </a>
        )}
      </Flex>
    </SignInFrame>
  );
}

/** Where one was going before signing in; only ever a page of this desk. */
function wantedPage(state: unknown): string {
  const from = typeof state === "object" && state !== null && "from" in state ? state.from : undefined;
  return typeof from === "string" && /^\/(?![/\\])/.test(from) ? from : "/";
}
