import { Flex, Typography } from "antd";
import { useEffect } from "react";
import type { ReactNode } from "react";

import { LanguageMenu } from "../../app/LanguageMenu";
import { Logo } from "../../app/Logo";
import { ThemeMenu } from "../../app/ThemeMenu";
import "./sign-in.css";

interface SignInFrameProps {
  title: string;
  text?: string;
  children: ReactNode;
}

/** A small page around one form. */
export function SignInFrame({ title, text, children }: SignInFrameProps) {
  useEffect(() => {
    document.title = `${title} · Frontdesk`;
  }, [title]);
  return (
    <div className="sign-in">
      <header className="sign-in-bar">
        <Logo />
        <Flex>
          <LanguageMenu />
          <ThemeMenu />
        </Flex>
      </header>
      <main className="sign-in-card">
        <Typography.Title level={1} className="sign-in-title">
          {title}
        </Typography.Title>
        {text !== undefined && <Typography.Paragraph type="secondary">{text}</Typography.Paragraph>}
        {children}
      </main>
    </div>
  );
}
