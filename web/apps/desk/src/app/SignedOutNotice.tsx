import { useText } from "@frontdesk/ui/react/language";
import { Button, Result } from "antd";
import { useLocation, useNavigate } from "react-router";

import { appMessages } from "./app-messages";
import { useSignIn, type KickReason } from "./sign-in";

/** Says why this sign-in is over, and offers to sign in here again (C12, R28). */
export function SignedOutNotice({ reason }: { reason: KickReason }) {
  const t = useText(appMessages);
  const { over } = useSignIn();
  const navigate = useNavigate();
  const location = useLocation();
  const again = () => {
    over();
    void navigate("/sign-in", { state: { from: location.pathname + location.search } });
  };
  return (
    <main className="notice" role="alert">
      <Result
        status="info"
        title={t(`overTitle_${reason}`)}
        subTitle={t(`overText_${reason}`)}
        extra={
          <Button type="primary" size="large" autoFocus onClick={again}>
            {t("signInHere")}
          </Button>
        }
      />
    </main>
  );
}
