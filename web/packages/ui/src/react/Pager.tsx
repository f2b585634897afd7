import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Button, Flex } from "antd";

import { listMessages } from "./list-messages";
import { useText } from "./language";

/** Where one can go from this page of a list; what is missing is not possible. */
export interface PagerProps {
  onFirst?: (() => void) | undefined;
  onPrevious?: (() => void) | undefined;
  onNext?: (() => void) | undefined;
}

/** Steps through a list whose pages are named by cursors; not there when all fits on one page. */
export function Pager({ onFirst, onPrevious, onNext }: PagerProps) {
  const t = useText(listMessages);
  if (!onFirst && !onPrevious && !onNext) return null;
  return (
    <Flex component="nav" aria-label={t("pages")} gap="small" justify="end">
      {onPrevious || !onFirst ? (
        <Button icon={<LeftOutlined aria-hidden />} disabled={!onPrevious} onClick={onPrevious}>
          {t("previousPage")}
        </Button>
      ) : (
        <Button onClick={onFirst}>{t("firstPage")}</Button>
      )}
      <Button icon={<RightOutlined aria-hidden />} iconPlacement="end" disabled={!onNext} onClick={onNext}>
        {t("nextPage")}
      </Button>
    </Flex>
  );
}
