import { Flex, Typography } from "antd";
import type { ReactNode } from "react";

interface ConsolePageProps {
  title: string;
  intro?: string;
  /** The page's main action, at the end of its head. */
  action?: ReactNode;
  /** Search and filters. */
  filters?: ReactNode;
  children: ReactNode;
}

/** Head, filters and content of a console page. */
export function ConsolePage({ title, intro, action, filters, children }: ConsolePageProps) {
  return (
    <Flex vertical gap="large" component="section">
      <Flex justify="space-between" align="flex-start" gap="middle" wrap>
        <div>
          <Typography.Title level={1} className="console-title">
            {title}
          </Typography.Title>
          {intro !== undefined && <Typography.Text type="secondary">{intro}</Typography.Text>}
        </div>
        {action}
      </Flex>
      {filters !== undefined && <div className="console-filters">{filters}</div>}
      {children}
    </Flex>
  );
}
